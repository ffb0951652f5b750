import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Account } from '../../../rehearsal/account.ts';
import { watchArchivals } from '../../../rehearsal/archivals.ts';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { Ecr } from '../../../rehearsal/aws/ecr.ts';
import { Eks } from '../../../rehearsal/aws/eks.ts';
import { S3 } from '../../../rehearsal/aws/s3.ts';
import { watchDeletions } from '../../../rehearsal/deletions.ts';
import { aBlockedImageIsEnforced } from '../../../rehearsal/invariants/a-blocked-image-is-enforced.ts';
import { everyDeletionIsJournalled } from '../../../rehearsal/invariants/every-deletion-is-journalled.ts';
import { everyIndexHasItsParts } from '../../../rehearsal/invariants/every-index-has-its-parts.ts';
import type { Invariant } from '../../../rehearsal/invariants/invariant.ts';
import { noArchiveWithoutEvidence } from '../../../rehearsal/invariants/no-archive-without-evidence.ts';
import { nothingInUseIsArchived } from '../../../rehearsal/invariants/nothing-in-use-is-archived.ts';
import { nothingInUseIsDeleted } from '../../../rehearsal/invariants/nothing-in-use-is-deleted.ts';
import { observeTouchesNothing } from '../../../rehearsal/invariants/observe-touches-nothing.ts';
import type { Run } from '../../../rehearsal/rehearsal.ts';
import { Trace } from '../../../rehearsal/trace.ts';
import { policy, verdictRecord } from '../../builders.ts';
import { account as accountId, role, type TestKernel, testKernel } from '../aws/stand.ts';

const region = 'us-east-1';
const bucket = `aeon-ops-${accountId}-${region}`;
const call = { principal: role, region };

let kernel: TestKernel;
let account: Account;
let trace: Trace;
let run: Run;
let digest: string;
let parts: readonly string[];

/** One Region with an index of two platforms, in a run in which all automations act. */
beforeEach(() => {
  kernel = testKernel('2026-03-02T08:00:00Z');
  const ecr = new Ecr(kernel);
  const dynamodb = new DynamoDb(kernel);
  const eks = new Eks(kernel);
  const s3 = new S3(kernel);
  ecr.createRepository(region, 'api');
  eks.createCluster(region, 'prod');
  s3.createBucket({ region, name: bucket, properties: {} });
  dynamodb.createTable({
    name: 'aeon-ops-verdicts',
    region,
    keys: { partition: { name: 'digest', type: 'S' }, sort: { name: 'copy', type: 'S' } },
  });
  const pushed = ecr.pushIndex(region, 'api', {
    tags: ['api-prod-1.0.0-4f1c2ab'],
    platforms: [{ platform: 'linux/amd64' }, { platform: 'linux/arm64' }],
    attestations: false,
  });
  digest = pushed.digest;
  parts = Object.values(pushed.images);
  account = { ecr, dynamodb, eks, s3 } as unknown as Account;
  trace = new Trace(kernel.now);
  run = runWith('act');
});

function runWith(mode: 'observe' | 'act'): Run {
  const acting = {
    ...policy,
    regions: { ...policy.regions, registry: [region] },
    images: { ...policy.images, mode },
    retention: { ...policy.retention, mode },
  };
  return {
    policy: acting,
    scenario: { to: new Date('2026-03-02T12:00:00Z') },
    account,
    trace,
    archivals: watchArchivals(trace, account),
    deletions: watchDeletions(trace, account, kernel),
    deployments: [{ at: new Date(0), policy: acting }],
  } as unknown as Run;
}

function called(caller: string, operation: string): void {
  trace.add({ kind: 'call', region, caller, service: 'ecr', operation, inputHash: '', outcome: 'ok' });
}

function archive(image: string, caller = 'aeon-ops-quarantine-image'): void {
  account.ecr.operations.UpdateImageStorageClass(
    { repositoryName: 'api', imageId: { imageDigest: image }, targetStorageClass: 'ARCHIVE' },
    call,
  );
  called(caller, 'UpdateImageStorageClass');
}

function deleteIndex(): void {
  called('aeon-ops-prune-images', 'DescribeImages');
  account.ecr.operations.BatchDeleteImage(
    { repositoryName: 'api', imageIds: [{ imageDigest: digest }] },
    call,
  );
  called('aeon-ops-prune-images', 'BatchDeleteImage');
}

function put(row: Readonly<Record<string, string>>): void {
  const Item = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, { S: value }]));
  account.dynamodb.operations.PutItem({ TableName: 'aeon-ops-verdicts', Item }, call);
}

function deploy(image: string): void {
  account.eks.cluster(region, 'prod').add({ kind: 'Deployment', name: 'api', images: [image] });
}

const violationsOf = (invariant: Invariant): readonly string[] => invariant.check(run).violations;

describe('an archived image', () => {
  it.each([
    ['by its digest', () => `registry.example/api@${digest}`],
    ['by its tag', () => 'registry.example/api:api-prod-1.0.0-4f1c2ab'],
  ])('may not be in use: %s', (_how, image) => {
    deploy(image());
    archive(digest);
    expect(violationsOf(nothingInUseIsArchived)).toEqual([
      expect.stringContaining('which Deployment api uses'),
    ]);
  });

  it('may not be in use by an index that leads to it', () => {
    archive(digest);
    deploy(`registry.example/api@${digest}`);
    archive(parts[0] ?? '');
    expect(violationsOf(nothingInUseIsArchived)).toHaveLength(1);
  });

  it('is well where nobody uses it and what was found is saved', () => {
    put({ digest: `evidence#${digest}`, copy: `${region}#api` });
    archive(digest);
    expect(nothingInUseIsArchived.check(run)).toEqual({ checked: 1, violations: [] });
    expect(noArchiveWithoutEvidence.check(run)).toEqual({ checked: 1, violations: [] });
  });

  it('has its evidence, where it was quarantined', () => {
    archive(digest);
    expect(violationsOf(noArchiveWithoutEvidence)).toEqual([
      expect.stringContaining('nothing was saved of it'),
    ]);
  });
});

describe('a deleted image', () => {
  it('may not be in use', () => {
    deploy(`registry.example/api@${digest}`);
    deleteIndex();
    expect(violationsOf(nothingInUseIsDeleted)).toEqual([expect.stringContaining('Deployment api uses it')]);
  });

  it('is written down before', async () => {
    deleteIndex();
    expect(violationsOf(everyDeletionIsJournalled)).toEqual([expect.stringContaining('no journal has it')]);
  });

  it('is well where it was written down and nobody uses it', async () => {
    await account.s3.operations.PutObject(
      { Bucket: bucket, Key: 'journal/prune-images/a.json', Body: Buffer.from(digest) },
      call,
    );
    deleteIndex();
    expect(everyDeletionIsJournalled.check(run)).toEqual({ checked: 1, violations: [] });
    expect(nothingInUseIsDeleted.check(run)).toEqual({ checked: 1, violations: [] });
  });
});

describe('an index', () => {
  it('has its parts', () => {
    expect(everyIndexHasItsParts.check(run)).toEqual({ checked: 2, violations: [] });
  });

  it('that was left without a part is found', () => {
    const images = account.ecr.imagesIn(region).filter(({ image }) => image.digest !== parts[0]);
    const without = { ...run, account: { ecr: { imagesIn: () => images } } } as unknown as Run;
    expect(everyIndexHasItsParts.check(without).violations).toEqual([expect.stringContaining('is gone')]);
  });
});

describe('a blocked image', () => {
  const blockedSince = (since: string): void =>
    put({
      digest,
      copy: `${region}#api`,
      record: JSON.stringify({ ...verdictRecord, digest, verdict: 'block', since }),
    });
  const told = (outcome: string): void =>
    put({
      digest,
      copy: `quarantine#${region}#api`,
      record: JSON.stringify({ state: 'held', telling: { outcome, isTold: true } }),
    });

  it('that can be pulled hours later is found', () => {
    blockedSince('2026-03-02T09:00:00.000Z');
    expect(violationsOf(aBlockedImageIsEnforced)).toEqual([
      expect.stringContaining('is blocked and can be pulled, and people were told: nothing'),
    ]);
  });

  it('is well when it was archived, or when people were told why not', () => {
    blockedSince('2026-03-02T09:00:00.000Z');
    told('held');
    expect(aBlockedImageIsEnforced.check(run)).toEqual({ checked: 1, violations: [] });
    told('quarantined');
    expect(violationsOf(aBlockedImageIsEnforced)).toHaveLength(1);
    archive(digest);
    expect(violationsOf(aBlockedImageIsEnforced)).toEqual([]);
  });

  it('has an hour', () => {
    blockedSince('2026-03-02T11:30:00.000Z');
    expect(aBlockedImageIsEnforced.check(run)).toEqual({ checked: 0, violations: [] });
  });
});

describe('an automation that observes', () => {
  it.each([
    ['aeon-ops-quarantine-image', 'UpdateImageStorageClass'],
    ['aeon-ops-prune-images', 'UpdateImageStorageClass'],
    ['aeon-ops-prune-images', 'BatchDeleteImage'],
  ])('%s may not call %s', (caller, operation) => {
    run = runWith('observe');
    called(caller, 'DescribeImages');
    called(caller, operation);
    expect(observeTouchesNothing.check(run)).toEqual({
      checked: 2,
      violations: [expect.stringContaining(`${caller} in us-east-1 called ${operation}`)],
    });
  });

  it('may do so once it acts', () => {
    called('aeon-ops-prune-images', 'BatchDeleteImage');
    expect(violationsOf(observeTouchesNothing)).toEqual([]);
  });
});
