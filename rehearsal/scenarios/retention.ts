import { contract } from '../../functions/retention/prune-images/contract.ts';
import { functionNameOf, opsBucketNameOf, switchTableName } from '../../infra/names.ts';
import { interlockSwitch, pauseSwitch } from '../../shared/domain/standing.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { AwsError } from '../kernel.ts';
import type { Scenario, Stage } from '../scenario.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** An account that has not let us in yet. */
const partner = '444455556666';

/**
 * A morning on which images are put away: observed first, then kept from it by a denied account, a pause and a failover,
 * and then done, while a deploy, a push and a throttled ECR get in between. One repository has gone wild, and somebody
 * is asked.
 */
export const retention: Scenario = {
  name: 'retention',
  summary: 'old images archived and deleted: observed, denied, paused, capped, approved; a deploy in between',
  from: new Date('2026-11-24T00:00:00Z'),
  to: new Date('2026-11-24T07:00:00Z'),
  // The roles may act from the start: the functions that are deployed first only observe.
  policy: (given) => withPartner({ ...given, retention: { ...given.retention, mode: 'act' } }),
  play(stage) {
    const { at, redeploy } = stage;
    stage.account.ecr.scanning(stage.policy.regions.primary, 'basic');
    // All this was pushed long ago.
    stage.faults.disturb = () => ({ drop: true });
    const furnished = furnish(stage);
    stage.faults.disturb = undefined;
    at('00:10', () => redeploy((present) => withoutPartner(inMode(present, 'observe'))));
    // At 04:25 the schedule runs it.
    at('04:50', () => redeploy((present) => withPartner(inMode(present, 'act'))));
    at('04:55', () => prune(stage));
    at('05:00', () => redeploy(withoutPartner));

    whileSet(stage, ['05:05', '05:10', '05:15'], pauseSwitch('retention'));
    whileSet(stage, ['05:20', '05:25', '05:30'], interlockSwitch);

    at('05:40', () => {
      disturb(stage, furnished);
      return prune(stage);
    });
    at('06:00', () => {
      stage.faults.callFails = undefined;
      return prune(stage);
    });
    at('06:20', () => approve(stage, wild, 40));
    at('06:25', () => prune(stage));
  },
};

const steady = 'aeon-dt-api';
const wild = 'aeon-dt-worker';

interface Furnished {
  /** Past its retention, and deployed while it is about to be deleted. */
  readonly deployedLate: string;
  /** Past its retention, and part of an index that is pushed while it is about to be deleted. */
  readonly indexedLate: string;
}

function furnish({ account: { ecr, eks }, kernel, policy }: Stage): Furnished {
  const { primary } = policy.regions;
  const ago = (days: number): Date => new Date(kernel.now().getTime() - days * dayMs);
  const age = (digests: readonly string[], days: number, archivedFor?: number): void => {
    for (const digest of digests) {
      if (archivedFor !== undefined) ecr.archive(primary, steady, digest);
      ecr.backdate(primary, steady, digest, {
        pushedAt: ago(days),
        ...(archivedFor !== undefined && { lastArchivedAt: ago(archivedFor) }),
      });
    }
  };
  const release = (word: string, version: string, days: number, archivedFor?: number): string => {
    const { digest, images, attestations } = ecr.pushIndex(primary, steady, {
      tags: [`${steady}-${word}-${version}-c0ffee00`],
      platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
    });
    age([digest, ...Object.values(images), ...attestations], days, archivedFor);
    return digest;
  };

  for (const patch of [0, 1, 2]) release('prod', `3.0.${patch}`, 20 - patch);
  for (const patch of [0, 1, 2]) release('dev', `3.0.${patch}`, 10 - patch);
  release('dev', '1.0.0', 200);
  release('dev', '1.1.0', 150);
  release('dev', '0.9.0', 300, 95);
  release('dev', '0.9.1', 290, 30);

  // Promoted: the same bytes are production's, which keeps them for a year.
  const promoted = ecr.push(primary, steady, {
    tags: [`${steady}-dev-2.0.0-c0ffee00`, `${steady}-prod-2.0.0-c0ffee00`],
  });
  age([promoted], 200);

  // Two indexes share an image, and one of them is kept.
  const shared = ecr.push(primary, steady, { tags: [] });
  const indexOf = (tag: string): string =>
    ecr.push(primary, steady, { tags: [tag], manifest: indexOver(shared, tag) });
  const oldIndex = indexOf(`${steady}-dev-1.5.0-c0ffee00`);
  const keptIndex = indexOf(`${steady}-staging-1.5.0-c0ffee00`);
  age([shared, oldIndex], 100);
  age([keptIndex], 60);

  // What has been in the archive for long enough, and a workload may come back to.
  const late = ['0.8.0', '0.8.1'].map((version) => {
    const digest = ecr.push(primary, steady, { tags: [`${steady}-dev-${version}-c0ffee00`] });
    age([digest], 320, 120);
    return digest;
  });
  for (const source of policy.workloads.sources) {
    if (source.type !== 'eks' || source.account !== undefined) continue;
    eks.cluster(source.region, source.cluster).add({
      kind: 'CronJob',
      namespace: 'production',
      name: 'report',
      images: [`${kernel.account}.dkr.ecr.${primary}.amazonaws.com/${steady}:${steady}-dev-1.0.0-c0ffee00`],
    });
  }

  for (let count = 0; count < 60; count++) {
    const digest = ecr.push(primary, wild, { tags: [`${wild}-dev-1.0.${count}-c0ffee00`] });
    ecr.backdate(primary, wild, digest, { pushedAt: ago(count < 40 ? 100 + count : 1) });
  }
  return { deployedLate: late[0] ?? '', indexedLate: late[1] ?? '' };
}

function indexOver(digest: string, name: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    annotations: { 'org.opencontainers.image.ref.name': name },
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest,
        size: 500,
        platform: { os: 'linux', architecture: 'amd64' },
      },
    ],
  });
}

/** Runs the function in the primary Region, as EventBridge Scheduler would. */
function prune({ account, kernel, policy }: Stage): Promise<unknown> {
  const arn = `arn:aws:lambda:${policy.regions.primary}:${kernel.account}:function:${functionNameOf(contract)}`;
  const event = { schedule: 'by-hand', scheduledTime: kernel.now().toISOString() };
  return account.lambda.invoke(arn, event, { kind: 'scenario' });
}

/** Sets a switch, runs the function, and takes the switch away again. */
function whileSet(stage: Stage, [set, run, end]: readonly [string, string, string], name: string): void {
  const { account, policy, kernel } = stage;
  const { primary: region } = policy.regions;
  const call = { principal: { kind: 'scenario' as const }, region };
  stage.at(set, () =>
    account.dynamodb.operations.PutItem(
      {
        TableName: switchTableName,
        Item: {
          switch: { S: name },
          reason: { S: 'the rehearsal wants to see it stand still' },
          by: { S: 'rehearsal' },
          until: { S: new Date(kernel.now().getTime() + dayMs).toISOString() },
        },
      },
      call,
    ),
  );
  stage.at(run, () => prune(stage));
  stage.at(end, () =>
    account.dynamodb.operations.DeleteItem(
      { TableName: switchTableName, Key: { switch: { S: name } } },
      call,
    ),
  );
}

/**
 * As soon as the function has written its journal, one of the images that it is about to delete is deployed, and another is pushed
 * again with an index over it. ECR throttles the first attempts of what comes then.
 */
function disturb({ account, faults, kernel, policy }: Stage, { deployedLate, indexedLate }: Furnished): void {
  const { primary } = policy.regions;
  const bucket = opsBucketNameOf(kernel.account, primary);
  let happened = false;
  let throttled = 0;
  faults.callFails = ({ region, caller, operation }) => {
    if (region !== primary || caller !== functionNameOf(contract)) return undefined;
    if (!happened && account.s3.keysOf(bucket, 'journal/prune-images/').length > 0) {
      happened = true;
      const [source] = policy.workloads.sources;
      if (source?.type === 'eks') {
        account.eks.cluster(source.region, source.cluster).add({
          kind: 'Deployment',
          namespace: 'staging',
          name: 'old-api',
          images: [`${kernel.account}.dkr.ecr.${primary}.amazonaws.com/${steady}@${deployedLate}`],
        });
      }
      const tag = `${steady}-dev-0.8.2-c0ffee00`;
      account.ecr.pushAgain(primary, steady, indexedLate);
      account.ecr.push(primary, steady, { tags: [tag], manifest: indexOver(indexedLate, tag) });
    }
    if (operation === 'UpdateImageStorageClass' && throttled < 2) {
      throttled += 1;
      return new AwsError('ThrottlingException', 'Rate exceeded');
    }
    return undefined;
  };
}

function approve({ account, kernel, policy }: Stage, repository: string, most: number): void {
  account.dynamodb.operations.PutItem(
    {
      TableName: switchTableName,
      Item: {
        switch: { S: `approval/prune-images/${repository}` },
        most: { N: String(most) },
        by: { S: 'ana' },
        reason: { S: 'the branch builds of the last months may go' },
        until: { S: new Date(kernel.now().getTime() + dayMs / 2).toISOString() },
      },
    },
    { principal: { kind: 'scenario' }, region: policy.regions.primary },
  );
}

function inMode(policy: Policy, mode: 'observe' | 'act'): Policy {
  return { ...policy, retention: { ...policy.retention, mode } };
}

function withPartner(policy: Policy): Policy {
  const { sources, readers } = policy.workloads;
  return {
    ...policy,
    workloads: {
      sources: [...sources, { type: 'lambda', region: 'eu-west-1', account: partner }],
      readers: {
        ...readers,
        [partner]: { role: `arn:aws:iam::${partner}:role/aeon-ops-reader`, externalId: 'aeon-ops' },
      },
    },
  };
}

function withoutPartner(policy: Policy): Policy {
  const { sources } = policy.workloads;
  return {
    ...policy,
    workloads: { sources: sources.filter(({ account }) => account !== partner), readers: {} },
  };
}
