import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { opsBucketNameOf, verdictTableName, workloadReaderRoleName } from '../../infra/names.ts';
import { imageManifests } from '../../shared/aws/image-manifests.ts';
import { imageRetention } from '../../shared/aws/image-retention.ts';
import { objectStore } from '../../shared/aws/object-store.ts';
import { verdictTable } from '../../shared/aws/verdict-table.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { composeWorkloads } from '../../shared/workloads/compose.ts';
import type { Clients } from '../aws/clients.ts';
import type { PlanDeps } from './region-plan.ts';

/** What is deployed in the account of whoever is signed in, read with their own credentials. */
export async function liveDeps(policy: Policy, region: string, clients: Clients): Promise<PlanDeps> {
  const { client, get, ecr, dynamodb } = clients;
  const { Account = '' } = await client(STSClient).send(new GetCallerIdentityCommand({}));
  const now = (): Date => new Date();
  const reader = `arn:aws:iam::${Account}:role/${workloadReaderRoleName}`;
  return {
    registry: imageRetention(ecr),
    manifests: imageManifests(ecr),
    verdicts: verdictTable(dynamodb, verdictTableName),
    objects: objectStore(client(S3Client), opsBucketNameOf(Account, region)),
    workloads: composeWorkloads({ policy, client, get, now }, reader),
    policy,
    region,
    now,
  };
}
