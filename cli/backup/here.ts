import { BackupClient } from '@aws-sdk/client-backup';
import { backupRoleNameOf } from '../../infra/names.ts';
import { synthesize } from '../../infra/synthesize.ts';
import { Backup } from '../../rehearsal/aws/backup.ts';
import type { BackupResource, BackupType } from '../../rehearsal/aws/backup-resource.ts';
import { connectClient, simulatedCredentials } from '../../rehearsal/aws/connect.ts';
import type { Kernel, Operations } from '../../rehearsal/kernel.ts';
import { seededRandom } from '../../rehearsal/random.ts';
import { type ResolvedResource, resolveTemplate } from '../../rehearsal/wiring/template.ts';
import { copyJobs } from '../../shared/aws/backup-copies.ts';
import { backupJobs } from '../../shared/aws/backup-jobs.ts';
import { recoveryPoints } from '../../shared/aws/backup-points.ts';
import { restoreJobs } from '../../shared/aws/backup-restores.ts';
import { observeBackups, together } from '../../shared/backups/observe.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { Proof } from '../../shared/restores/proof.ts';
import { tierOfPlan } from '../../shared/restores/testing-plan.ts';
import type { BackupFacts } from './assess.ts';
import { turnedClock } from './turned-clock.ts';

const account = '111122223333';
const dayMs = 86_400_000;

/** As long as AWS Backup lists jobs. */
const rehearsedDays = 30;

/** How long ago, in the example, the copies of one volume began to fail. */
const faultMs = 6 * 3_600_000;

/**
 * A month of the policy's backups, made by the simulated AWS Backup with the plans of the templates, of one resource for
 * each tier. At its end the key of one volume cannot be used any more, so that there is something to see. Nobody looks
 * into what the tests restore: that each proves its recovery point is made up.
 */
export async function rehearsedFacts(policy: Policy, now: Date): Promise<BackupFacts> {
  const clock = turnedClock(new Date(now.getTime() - rehearsedDays * dayMs));
  const random = seededRandom(1);
  const kernel: Kernel = {
    account,
    ...clock,
    random: random.fork('kernel').next,
    uuid: random.fork('ids').uuid,
    trace: () => undefined,
    permissions: { authorize: () => undefined },
  };
  const brokenFrom = now.getTime() - faultMs;
  const backup = new Backup(kernel, () => undefined, {
    copy: ({ point }) =>
      point.type === 'EBS' && kernel.now().getTime() >= brokenFrom
        ? { end: 'FAILED', key: 'source' }
        : undefined,
  });
  deploy(backup, policy);
  const resources = exampleResources(policy);
  for (const resource of resources) backup.resources.put(resource);
  await clock.turnTo(now);

  const { tagKey } = policy.backups;
  const tagged = resources.map(({ arn, tags }) => ({ arn, value: tags[tagKey] ?? '' }));
  const regions = [policy.regions.primary, policy.regions.standby];
  const observations = await Promise.all(
    regions.map((region) => {
      const client = connected(backup.operations, region);
      const readers = {
        jobs: backupJobs(client),
        copies: copyJobs(client),
        points: recoveryPoints(client, region),
        tagged: { withTag: async () => tagged },
      };
      return observeBackups(readers, { region, account, policy, now });
    }),
  );
  const proofs = await Promise.all(regions.map((region) => exampleProofs(backup, region, policy)));
  return {
    observed: together(observations.map(({ observed }) => observed)),
    tagged: tagged.map(({ arn, value }) => ({
      arn,
      tier: value,
      knownSince: new Date(now.getTime() - rehearsedDays * dayMs),
    })),
    proofs: proofs.flat(),
    roleName: backupRoleNameOf(policy.regions.primary),
    now,
  };
}

/** Vaults before plans, and plans before what selects for them. */
function deploy(backup: Backup, policy: Policy): void {
  const resources = [...synthesize(policy)].flatMap(([stack, { region, template }]) =>
    resolveTemplate(template, { region, account, stack }),
  );
  const makers = {
    'AWS::Backup::BackupVault': backup.create.vault,
    'AWS::Backup::BackupPlan': backup.create.plan,
    'AWS::Backup::BackupSelection': backup.create.selection,
    'AWS::Backup::RestoreTestingPlan': backup.create.restoreTestingPlan,
    'AWS::Backup::RestoreTestingSelection': backup.create.restoreTestingSelection,
  };
  for (const [type, make] of Object.entries(makers)) {
    for (const resource of resources) if (resource.type === type) make(named(resource));
  }
}

function named({ region, arn, logicalId, properties }: ResolvedResource) {
  return { region, name: arn?.split(/[:/]/).at(-1) ?? logicalId, properties };
}

const examples: Readonly<Record<BackupType, { readonly name: string; readonly sizeInBytes: number }>> = {
  RDS: { name: 'db:aeon-dt-metadata', sizeInBytes: 220e9 },
  EBS: { name: 'volume/vol-0a11ce0000000001', sizeInBytes: 180e9 },
  EKS: { name: 'cluster/aeon-dt-prod', sizeInBytes: 0.4e9 },
  S3: { name: 'aeon-dt-ontologies', sizeInBytes: 40e9 },
};

function exampleResources({ backups, regions }: Policy): readonly BackupResource[] {
  const region = regions.primary;
  return Object.entries(backups.tiers).flatMap(([tier, { resourceType }]) => {
    if (!isSimulated(resourceType)) return [];
    const { name, sizeInBytes } = examples[resourceType];
    const service = resourceType === 'EBS' ? 'ec2' : resourceType.toLowerCase();
    const place = resourceType === 'S3' ? '::' : `${region}:${account}:`;
    const database = backups.databases[name.replace('db:', '')];
    return [
      {
        arn: `arn:aws:${service}:${place}${name}`,
        type: resourceType,
        region,
        tags: { [backups.tagKey]: tier },
        sizeInBytes,
        keyArn: `arn:aws:kms:${region}:${account}:key/example`,
        ...(resourceType === 'RDS' &&
          database !== undefined && {
            windows: {
              maintenance: database.maintenanceWindow,
              ...(database.backupWindow !== undefined && { backup: database.backupWindow }),
            },
          }),
      },
    ];
  });
}

function isSimulated(type: string): type is BackupType {
  return Object.hasOwn(examples, type);
}

async function exampleProofs(backup: Backup, region: string, policy: Policy): Promise<Proof[]> {
  const jobs = await restoreJobs(connected(backup.operations, region)).since(new Date(0));
  return jobs.flatMap((job): Proof[] => {
    const tier = tierOfPlan(job.testingPlanArn ?? '', Object.keys(policy.backups.tiers));
    const { id: jobId, resourceType, sourceResourceArn: source, pointArn, createdAt, completedAt } = job;
    if (tier === undefined || completedAt === undefined) return [];
    const at = completedAt.toISOString();
    return [
      {
        region,
        jobId,
        tier,
        resourceType,
        source,
        pointArn,
        createdAt: createdAt.toISOString(),
        restoreSeconds: Math.round((completedAt.getTime() - createdAt.getTime()) / 1000),
        stage: 'closed',
        stageSince: at,
        asked: 0,
        conclusion: { outcome: 'proven', reason: 'in this example every restore is proven', at },
        version: 1,
      },
    ];
  });
}

function connected(operations: Operations, region: string): BackupClient {
  const client = new BackupClient({ region, credentials: simulatedCredentials });
  connectClient(client, async ({ operation, input }) => {
    const operate: unknown = operations[operation];
    if (typeof operate !== 'function') throw new RangeError(`${operation} is not simulated`);
    return operate(input, { principal: { kind: 'scenario' }, region });
  });
  return client;
}
