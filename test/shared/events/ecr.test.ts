import { describe, expect, it } from '@jest/globals';
import {
  parseEcrImageAction,
  parseEcrImageScan,
  parseEcrReplicationAction,
} from '../../../shared/events/ecr.ts';
import { absent, refusal, sample, spoil } from './sample.ts';

const scan = sample('ecr/image-scan.complete-critical.json');
const push = sample('ecr/image-action.push.json');

describe('parseEcrImageScan', () => {
  it('reads which image was scanned, and how it ended', () => {
    expect(parseEcrImageScan(scan)).toEqual({
      kind: 'ecr-image-scan',
      repository: 'aeon-dt-api',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tags: ['aeon-dt-api-prod-3.0.0-4f1c2ab'],
      status: 'COMPLETE',
      counts: { CRITICAL: 2, HIGH: 5, MEDIUM: 11, UNDEFINED: 1 },
      region: 'us-east-1',
      account: '123456789012',
      at: '2026-03-02T08:14:09.000Z',
    });
  });

  it.each([
    ['image-scan.failed.json', 'FAILED', undefined],
    ['image-scan.complete-no-counts.json', 'COMPLETE', undefined],
    ['image-scan.complete-clean.json', 'COMPLETE', {}],
  ])('tells no counts from no findings: %s', (file, status, counts) => {
    expect(parseEcrImageScan(sample(`ecr/${file}`))).toMatchObject({ status, counts });
  });

  it.each<[string, unknown, unknown]>([
    ['numbers as text', { HIGH: '3', LOW: '0' }, { HIGH: 3 }],
    ['zeros', { HIGH: 0, LOW: 2 }, { LOW: 2 }],
    ['a TOTAL, which is no severity', { HIGH: 1, TOTAL: 10 }, { HIGH: 1 }],
    ['a severity that is not known', { HIGH: 1, DREADFUL: 4 }, { HIGH: 1 }],
    ['UNTRIAGED', { UNTRIAGED: 2 }, { UNTRIAGED: 2 }],
    ['null', null, undefined],
    ['a number that is none', { CRITICAL: 'many' }, undefined],
    ['a negative number', { CRITICAL: -1 }, undefined],
    ['a part of a finding', { CRITICAL: 0.5 }, undefined],
    ['a list', [1, 2], undefined],
  ])('reads counts with %s', (_what, given, counts) => {
    expect(parseEcrImageScan(spoil(scan, 'detail.finding-severity-counts', given)).counts).toEqual(counts);
  });

  it.each<[string, string, unknown, object]>([
    ['no tags', 'detail.image-tags', absent, { tags: [] }],
    ['tags that are null', 'detail.image-tags', null, { tags: [] }],
    ['no resources', 'resources', absent, { repository: 'aeon-dt-api' }],
    ['empty resources', 'resources', [], { repository: 'aeon-dt-api' }],
    [
      'the repository as an ARN',
      'detail.repository-name',
      'arn:aws:ecr:us-east-1:123456789012:repository/team/aeon-dt-api',
      { repository: 'team/aeon-dt-api' },
    ],
    [
      'a shortened digest, as in AWS samples',
      'detail.image-digest',
      'sha256:7f5b2640fe6fEXAMPLE',
      { digest: 'sha256:7f5b2640fe6fEXAMPLE' },
    ],
    ['an account of 13 digits, as in AWS samples', 'account', '1112233445566', { account: '1112233445566' }],
    ['no version', 'version', absent, { kind: 'ecr-image-scan' }],
  ])('takes an event with %s', (_what, path, value, expected) => {
    expect(parseEcrImageScan(spoil(scan, path, value))).toMatchObject(expected);
  });

  it.each<[string, string, unknown, string]>([
    [
      'digest is missing',
      'detail.image-digest',
      absent,
      'detail.image-digest: expected string (given nothing)',
    ],
    [
      'digest is a tag',
      'detail.image-digest',
      'latest',
      "detail.image-digest: expected a digest such as sha256:<hex> (given 'latest')",
    ],
    [
      'repository is empty',
      'detail.repository-name',
      '',
      "detail.repository-name: expected some text (given '')",
    ],
    [
      'status is missing',
      'detail.scan-status',
      absent,
      'detail.scan-status: expected string (given nothing)',
    ],
    ['detail is missing', 'detail', absent, 'detail: expected object (given nothing)'],
    ['detail is text, as in files for PutEvents', 'detail', '{}', "detail: expected object (given '{}')"],
    [
      'time cannot be read',
      'time',
      'noon',
      "time: expected a time such as 2026-03-02T08:00:00Z (given 'noon')",
    ],
    ['source is another', 'source', 'aws.ecr2', "source: expected 'aws.ecr' (given 'aws.ecr2')"],
    [
      'kind is another',
      'detail-type',
      'ECR Image Action',
      "detail-type: expected 'ECR Image Scan' (given 'ECR Image Action')",
    ],
  ])('refuses an event whose %s', (_what, path, value, problem) => {
    expect(refusal(() => parseEcrImageScan(spoil(scan, path, value)))).toBe(
      `The event 'ECR Image Scan' cannot be understood: ${problem}`,
    );
  });
});

describe('parseEcrImageAction', () => {
  it('reads a push', () => {
    expect(parseEcrImageAction(push)).toEqual({
      kind: 'ecr-image-action',
      action: 'PUSH',
      result: 'SUCCESS',
      repository: 'aeon-dt-api',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tag: 'aeon-dt-api-prod-3.0.0-4f1c2ab',
      region: 'us-east-1',
      account: '123456789012',
      at: '2026-03-02T08:13:58.000Z',
    });
  });

  it.each([
    ['image-action.delete.json', 'DELETE', 'aeon-dt-worker-dev-3.1.0-b7720de', undefined],
    ['image-action.archive.json', 'UPDATE_STORAGE_CLASS', undefined, 'ARCHIVE'],
    ['image-action.restore.json', 'UPDATE_STORAGE_CLASS', undefined, 'STANDARD'],
  ])('reads %s', (file, action, tag, targetStorageClass) => {
    const { action: read, ...rest } = parseEcrImageAction(sample(`ecr/${file}`));
    expect(read).toBe(action);
    expect(rest.tag).toBe(tag);
    expect(rest.targetStorageClass).toBe(targetStorageClass);
  });

  it('takes a push without a tag, however that is written', () => {
    for (const value of ['', null, absent]) {
      expect(parseEcrImageAction(spoil(push, 'detail.image-tag', value)).tag).toBeUndefined();
    }
  });

  it('refuses an action that is not known', () => {
    expect(refusal(() => parseEcrImageAction(spoil(push, 'detail.action-type', 'REPLICATE')))).toContain(
      "detail.action-type: expected 'PUSH' or 'DELETE' or 'UPDATE_STORAGE_CLASS' (given 'REPLICATE')",
    );
  });
});

describe('parseEcrReplicationAction', () => {
  const replication = sample('ecr/replication-action.success.json');

  it('reads which image was copied, from where, and where it was told', () => {
    expect(parseEcrReplicationAction(replication)).toEqual({
      kind: 'ecr-replication-action',
      result: 'SUCCESS',
      repository: 'aeon-dt-api',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tag: 'aeon-dt-api-prod-3.0.0-4f1c2ab',
      sourceRegion: 'us-east-1',
      region: 'us-west-2',
      account: '123456789012',
      at: '2026-03-02T08:26:41.000Z',
    });
  });

  it('tells a copy that could not be made', () => {
    expect(parseEcrReplicationAction(sample('ecr/replication-action.failed.json')).result).toBe('FAILED');
  });

  it.each([
    ['detail.image-tag', { tag: undefined }],
    ['detail.source-region', { sourceRegion: undefined }],
    ['detail.action-type', { result: 'SUCCESS' }],
    ['detail.source-account', { result: 'SUCCESS' }],
    ['resources', { repository: 'aeon-dt-api' }],
  ])('takes one without %s', (path, expected) => {
    expect(parseEcrReplicationAction(spoil(replication, path, absent))).toMatchObject(expected);
  });

  it.each(['detail.image-digest', 'detail.repository-name', 'detail.result'])(
    'refuses one without %s',
    (path) => {
      expect(refusal(() => parseEcrReplicationAction(spoil(replication, path, absent)))).toContain(
        `${path}: expected string (given nothing)`,
      );
    },
  );
});
