import { Construct } from 'constructs';
import { contract } from '../../functions/failover/hear-checkers/contract.ts';
import { votesOf } from '../../shared/failover/rows.ts';
import { failoverTableName } from '../names.ts';
import { EventFunction } from './event-function.ts';
import { mostVoicesAtOnce, writeRowsOf } from './vote-writing.ts';

/** hear-checkers, which votes for Route 53's checkers and for nobody else. To ask DNS takes no permission. */
export class CheckerHearing extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: { failoverTable: failoverTableName },
      reservedConcurrency: mostVoicesAtOnce,
      permissions: [writeRowsOf(this, [votesOf('route-53')])],
      alertPath: 'apart',
    });
  }
}
