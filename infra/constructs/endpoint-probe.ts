import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { contract as askDatabase } from '../../functions/databases/ask-database/contract.ts';
import { contract } from '../../functions/failover/probe-endpoint/contract.ts';
import { aliasName, contract as runFailover } from '../../functions/failover/run-failover/contract.ts';
import { votesOf } from '../../shared/failover/rows.ts';
import type { Voice } from '../../shared/failover/vote.ts';
import { acknowledgePattern } from '../acknowledge.ts';
import { busArn, functionArn, secretArnPattern, tableArn } from '../arns.ts';
import {
  eventSourceOf,
  failoverTableName,
  functionNameOf,
  opsBusName,
  replicaVariant,
  switchTableName,
  verdictTableName,
} from '../names.ts';
import { OpsStack } from '../ops-stack.ts';
import { allow } from '../permissions.ts';
import { EventFunction } from './event-function.ts';
import { mostVoicesAtOnce, writeRowsOf } from './vote-writing.ts';

/**
 * probe-endpoint as one voice. Its role writes the votes of that voice and no others. The one in the standby Region also
 * decides: it reads all votes and what the standby is like, and while the policy has the failover observe it can do
 * nothing else. What it does, it does in its own Region.
 */
export class EndpointProbe extends Construct {
  readonly eventFunction: EventFunction<typeof contract>;

  constructor(scope: Construct, id: string, voice: Voice) {
    super(scope, id);
    const isDeciding = voice === 'standby-probe';
    this.eventFunction = new EventFunction(this, 'Function', {
      contract,
      environment: {
        voice,
        failoverTable: failoverTableName,
        switchTable: switchTableName,
        verdictTable: verdictTableName,
        opsBus: opsBusName,
        runbook: `${functionNameOf(runFailover)}:${aliasName}`,
        askDatabase: functionNameOf(askDatabase, replicaVariant),
      },
      reservedConcurrency: mostVoicesAtOnce,
      permissions: isDeciding
        ? [writeRowsOf(this, [votesOf(voice), 'watch', 'readiness', 'approval']), ...this.decide()]
        : [writeRowsOf(this, [votesOf(voice)])],
      alertPath: 'apart',
    });
  }

  private decide(): PolicyStatement[] {
    const { failover, databases } = OpsStack.of(this).policy;
    const { cluster, nodeGroups, replica } = failover.standby;
    const secret = databases.instances[replica.of]?.readerSecret;
    const groups = Object.keys(nodeGroups).map((name) => this.anyNodeGroupArn(cluster, name));
    const mayAct = failover.mode === 'act';
    return [
      allow('ReadVotesAndState', ['dynamodb:Query', 'dynamodb:GetItem'], [tableArn(this, failoverTableName)]),
      allow('ReadPause', ['dynamodb:BatchGetItem'], [tableArn(this, switchTableName)]),
      allow('ReadCopies', ['dynamodb:GetItem'], [tableArn(this, verdictTableName)]),
      allow('SeeCluster', ['eks:DescribeCluster'], [this.clusterArn(cluster)]),
      allow('SeeReplica', ['rds:DescribeDBInstances'], [this.databaseArn(replica.id)]),
      ...(secret === undefined
        ? []
        : [allow('ReadCredentials', ['secretsmanager:GetSecretValue'], [secretArnPattern(this, secret)])]),
      allow(
        'AskReplica',
        ['lambda:InvokeFunction'],
        [functionArn(this, functionNameOf(askDatabase, replicaVariant))],
      ),
      allow('TellOfFailover', ['events:PutEvents'], [busArn(this, opsBusName)], {
        StringEquals: {
          'events:source': eventSourceOf(contract),
          'events:detail-type': 'Failover Condition',
        },
      }),
      ...(mayAct
        ? [
            allow('RaiseNodes', ['eks:DescribeNodegroup', 'eks:UpdateNodegroupConfig'], groups),
            allow(
              'StartRunbook',
              ['lambda:InvokeFunction'],
              [`${functionArn(this, functionNameOf(runFailover))}:${aliasName}`],
            ),
          ]
        : []),
    ];
  }

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html */
  private anyNodeGroupArn(cluster: string, name: string): string {
    const arn = Stack.of(this).formatArn({
      service: 'eks',
      resource: 'nodegroup',
      resourceName: `${cluster}/${name}/*`,
    });
    acknowledgePattern(this, arn, 'The ARN of a node group ends in an id that EKS gives it.');
    return arn;
  }

  private clusterArn(name: string): string {
    return Stack.of(this).formatArn({ service: 'eks', resource: 'cluster', resourceName: name });
  }

  private databaseArn(id: string): string {
    return Stack.of(this).formatArn({
      service: 'rds',
      resource: 'db',
      resourceName: id,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
