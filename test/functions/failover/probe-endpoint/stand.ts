import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { type DecideDeps, decide } from '../../../../functions/failover/probe-endpoint/decide.ts';
import type { ProbePolicy } from '../../../../functions/failover/probe-endpoint/policy.ts';
import { watchTable } from '../../../../functions/failover/probe-endpoint/watch-table.ts';
import { DynamoDb } from '../../../../rehearsal/aws/dynamodb.ts';
import { EksNodeGroups } from '../../../../rehearsal/aws/eks-node-groups.ts';
import { AwsError, type Call, type Operations } from '../../../../rehearsal/kernel.ts';
import { idleNodes } from '../../../../rehearsal/standby.ts';
import { approvalRequests } from '../../../../shared/aws/failover-requests.ts';
import { failoverStates } from '../../../../shared/aws/failover-state.ts';
import { nodeGroups } from '../../../../shared/aws/node-groups.ts';
import { voteTable } from '../../../../shared/aws/vote-table.ts';
import type { SwitchReading } from '../../../../shared/domain/standing.ts';
import type { FailoverCondition } from '../../../../shared/events/failover-condition.ts';
import type { RunInput } from '../../../../shared/failover/run.ts';
import type { StandbyReadiness } from '../../../../shared/failover/standby.ts';
import { type Sight, type Voice, voices } from '../../../../shared/failover/vote.ts';
import type { Outcome } from '../../../../shared/lambda/outcome.ts';
import { policy as opsPolicy } from '../../../builders.ts';
import { clientOf, role, type TestKernel, testKernel } from '../../../rehearsal/aws/stand.ts';

const region = 'us-west-2';
const tableName = 'failover';

export const acting: ProbePolicy = {
  ...opsPolicy,
  failover: { ...opsPolicy.failover, mode: 'act', start: 'automatic', armed: true },
};

const { cluster } = acting.failover.standby;

interface Sights {
  readonly endpoint: Sight;
  readonly canary: Sight;
}

/**
 * The standby Region, with the table and the node groups on the simulated services. What the voices see is said here, and
 * the runbook only remembers what it was started with, by name, as Lambda does.
 */
export class Stand {
  readonly kernel: TestKernel = testKernel('2026-11-24T03:00:00Z');
  readonly dynamodb = new DynamoDb(this.kernel);
  readonly eks = new EksNodeGroups(this.kernel, 180_000);
  readonly published: FailoverCondition[] = [];
  readonly runs = new Map<number, RunInput>();
  /** How often it was tried to start one. */
  starts = 0;
  policy = acting;
  pause: SwitchReading = { rows: [] };
  readiness: Partial<StandbyReadiness> | undefined = {};
  /** What fails, by the operation's name, or `publish` and `start`. */
  failing: string | undefined;

  readonly #dynamodb = this.#client(DynamoDBClient, this.dynamodb.operations);
  readonly #eks = this.#client(EKSClient, this.eks.operations);
  readonly #votes = voteTable(this.#dynamodb, tableName);

  constructor() {
    const key = (name: string) => ({ name, type: 'S' as const });
    this.dynamodb.createTable({ name: tableName, region, keys: { partition: key('of'), sort: key('at') } });
    this.eks.create(region, cluster, 'workers', idleNodes);
  }

  /** Lets marks pass at which the voices see so, and the standby probe decides. */
  async marks(count: number, sights: Partial<Record<Voice, Sights>>): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (let mark = 0; mark < count; mark += 1) {
      await this.vote(sights);
      outcomes.push(await this.decide());
      this.kernel.pass(10_000);
    }
    return outcomes;
  }

  async vote(sights: Partial<Record<Voice, Sights>>): Promise<void> {
    for (const voice of voices) {
      const seen = sights[voice];
      if (seen === undefined) continue;
      const { endpoint, canary } = seen;
      await this.#votes.write({
        voice,
        at: this.kernel.now().getTime(),
        endpoint,
        ...(voice !== 'route-53' && { canary }),
      });
    }
  }

  decide(): Promise<Outcome> {
    return decide(this.deps);
  }

  get deps(): DecideDeps {
    return {
      votes: this.#votes,
      states: failoverStates(this.#dynamodb, tableName, this.policy.failover.armed),
      switches: { read: async () => this.pause },
      requests: approvalRequests(this.#dynamodb, tableName),
      watch: watchTable(this.#dynamodb, tableName),
      nodeGroups: nodeGroups(this.#eks, cluster),
      runbook: {
        start: async (input) => {
          this.starts += 1;
          this.#fail('start');
          if (!this.runs.has(input.epoch)) this.runs.set(input.epoch, input);
        },
      },
      bus: {
        publish: async ({ detailType, detail }) => {
          this.#fail('publish');
          if (detailType === 'Failover Condition') this.published.push(detail);
        },
      },
      standby: async () =>
        this.readiness && {
          at: this.kernel.now().getTime(),
          cluster: 'ACTIVE',
          pods: 'answer',
          replica: { status: 'available', lagSeconds: 20 },
          imagesMissing: [],
          ...this.readiness,
        },
      policy: this.policy,
      region,
      startedBy: 'aeon-ops-probe-endpoint',
      now: this.kernel.now,
    };
  }

  /** What the runbook writes, once it has begun. */
  setState(state: object): void {
    this.dynamodb.operations.PutItem(
      {
        TableName: tableName,
        Item: { of: { S: 'state' }, at: { S: 'service' }, record: { S: JSON.stringify(state) } },
      },
      { principal: role, region },
    );
  }

  /** Rows of the failover table with this partition key. */
  rows(of: string): readonly unknown[] {
    return this.dynamodb
      .peek(tableName, region)
      .filter((item) => item.of?.S === of)
      .map((item) => JSON.parse(item.record?.S ?? 'null'));
  }

  get minimum(): number {
    return this.eks.sizes(region, cluster, 'workers').minSize;
  }

  /** `<name> <outcome>` of what was told of this. */
  toldOf(about: string): readonly string[] {
    return this.published
      .filter(({ facts }) => facts.about === about)
      .map(({ facts, outcome }) => `${facts.name} ${outcome}`);
  }

  #client<Client>(Constructor: Parameters<typeof clientOf<Client>>[0], operations: Operations): Client {
    const guarded = Object.fromEntries(
      Object.entries(operations).map(([name, perform]) => [
        name,
        (input: never, call: Call) => {
          this.#fail(name);
          return perform(input, call);
        },
      ]),
    );
    return clientOf(Constructor, { operations: guarded }, region);
  }

  #fail(what: string): void {
    if (this.failing === what) throw new AwsError('InternalServerError', `${what} fails here`, 500);
  }
}

export const up: Sights = { endpoint: 'up', canary: 'up' };
export const down: Sights = { endpoint: 'down', canary: 'down' };
export const deployment: Sights = { endpoint: 'down', canary: 'up' };
export const blind: Sights = { endpoint: 'blind', canary: 'blind' };

export function all(sights: Sights): Record<Voice, Sights> {
  return { 'standby-probe': sights, 'witness-probe': sights, 'route-53': sights };
}
