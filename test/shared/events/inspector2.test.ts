import { describe, expect, it } from '@jest/globals';
import { parseInspectorFinding, parseInspectorScan } from '../../../shared/events/inspector2.ts';
import { absent, refusal, sample, spoil } from './sample.ts';

const scan = sample('inspector2/scan.initial.json');
const finding = sample('inspector2/finding.active.json');
const { digest: apiDigest } = parseInspectorFinding(finding) as { digest: string };

describe('parseInspectorScan', () => {
  it('reads the repository out of its ARN, and counts without the total', () => {
    expect(parseInspectorScan(scan)).toEqual({
      kind: 'inspector2-scan',
      repository: 'aeon-dt-api',
      digest: apiDigest,
      tags: ['aeon-dt-api-prod-3.0.0-4f1c2ab'],
      status: 'INITIAL_SCAN_COMPLETE',
      counts: { CRITICAL: 1, HIGH: 6 },
      region: 'us-east-1',
      account: '123456789012',
      at: '2026-03-02T08:15:02.000Z',
    });
  });

  it.each([
    ['scan.lambda.json', 'arn:aws:lambda:us-east-1:123456789012:function:aeon-dt-thumbnails:$LATEST'],
  ])('says of %s that it is not about an image, which is no error', (file, resource) => {
    expect(parseInspectorScan(sample(`inspector2/${file}`))).toMatchObject({
      kind: 'not-an-ecr-image',
      resource,
    });
  });

  it('takes a repository in folders', () => {
    const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/vuln-images/vulhub/rsync';
    const nested = spoil(spoil(scan, 'resources', [arn]), 'detail.repository-name', arn);
    expect(parseInspectorScan(nested)).toMatchObject({ repository: 'vuln-images/vulhub/rsync' });
  });

  it('takes an image without a resource, by its detail', () => {
    expect(parseInspectorScan(spoil(scan, 'resources', absent))).toMatchObject({
      kind: 'inspector2-scan',
      repository: 'aeon-dt-api',
    });
  });

  it('names the registry’s owner, not the administrator who got the event', () => {
    expect(parseInspectorScan(spoil(scan, 'account', '111122223333'))).toMatchObject({
      account: '123456789012',
    });
  });

  it('refuses an image without a digest', () => {
    expect(refusal(() => parseInspectorScan(spoil(scan, 'detail.image-digest', absent)))).toContain(
      'detail.image-digest: expected string (given nothing)',
    );
  });
});

describe('parseInspectorFinding', () => {
  it('reads the finding, the image, and the time to the millisecond', () => {
    expect(parseInspectorFinding(finding)).toEqual({
      kind: 'inspector2-finding',
      repository: 'aeon-dt-api',
      digest: apiDigest,
      tags: ['aeon-dt-api-prod-3.0.0-4f1c2ab'],
      status: 'ACTIVE',
      severity: 'CRITICAL',
      vulnerabilityId: 'CVE-2026-10001',
      title: 'CVE-2026-10001 - libssl3',
      region: 'us-east-1',
      account: '123456789012',
      at: '2026-03-02T11:20:38.411Z',
    });
  });

  it('reads that it was closed', () => {
    expect(parseInspectorFinding(sample('inspector2/finding.closed.json'))).toMatchObject({
      status: 'CLOSED',
      vulnerabilityId: 'CVE-2026-10001',
      digest: apiDigest,
      at: '2026-03-03T07:02:51.118Z',
    });
  });

  it('reads the provider-neutral form', () => {
    expect(parseInspectorFinding(sample('inspector2/finding.active-provider-neutral.json'))).toMatchObject({
      repository: 'aeon-dt-api',
      digest: apiDigest,
      tags: ['aeon-dt-api-prod-3.0.0-4f1c2ab'],
    });
  });

  it('reads the provider-neutral digest where no ARN holds it', () => {
    const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/aeon-dt-api';
    const neutral = sample('inspector2/finding.active-provider-neutral.json');
    const bare = spoil(spoil(neutral, 'resources', [arn]), 'detail.resources.0.id', arn);
    expect(parseInspectorFinding(bare)).toMatchObject({ repository: 'aeon-dt-api', digest: apiDigest });
  });

  it('names the registry’s owner, not the administrator who got the event', () => {
    expect(parseInspectorFinding(sample('inspector2/finding.active-member-account.json'))).toMatchObject({
      repository: 'aeon-dt-worker',
      account: '123456789012',
    });
  });

  it.each<[string, string, unknown]>([
    ['details are missing', 'detail.resources.0.details', absent],
    ['details are null', 'detail.resources.0.details', null],
    ['resources are missing', 'detail.resources', absent],
    ['resources are empty', 'detail.resources', []],
  ])('takes the image from the ARN in the envelope when its %s', (_what, path, value) => {
    expect(parseInspectorFinding(spoil(finding, path, value))).toMatchObject({
      repository: 'aeon-dt-api',
      digest: apiDigest,
      tags: [],
    });
  });

  it('takes the image from the detail when the envelope names no resource', () => {
    expect(parseInspectorFinding(spoil(finding, 'resources', []))).toMatchObject({
      repository: 'aeon-dt-api',
      digest: apiDigest,
    });
  });

  it('says of an EC2 instance that it is not an image, which is no error', () => {
    expect(parseInspectorFinding(sample('inspector2/finding.ec2.json'))).toMatchObject({
      kind: 'not-an-ecr-image',
      resource: 'i-0abcdef1234567890',
    });
  });

  it('says of an image in another provider’s registry that it is not one in ECR', () => {
    const elsewhere = spoil(
      spoil(
        spoil(finding, 'resources', ['registry.example.com/aeon-dt-api']),
        'detail.resources.0.id',
        'registry.example.com/aeon-dt-api',
      ),
      'detail.resources.0.details.awsEcrContainerImage',
      absent,
    );
    expect(parseInspectorFinding(elsewhere)).toMatchObject({ kind: 'not-an-ecr-image' });
  });

  it.each<[string, string, unknown, object]>([
    ['no severity', 'detail.severity', absent, { severity: undefined }],
    ['a severity that is not known', 'detail.severity', 'DREADFUL', { severity: undefined }],
    ['no package', 'detail.packageVulnerabilityDetails', absent, { vulnerabilityId: undefined }],
    ['no title', 'detail.title', absent, { title: undefined }],
    [
      'a time in the older form',
      'detail.updatedAt',
      'Mar 2, 2026, 11:20:38 AM',
      { at: '2026-03-02T11:20:38.000Z' },
    ],
    ['a time that cannot be read', 'detail.updatedAt', 'just now', { at: '2026-03-02T11:20:38.000Z' }],
    ['no time of its own', 'detail.updatedAt', absent, { at: '2026-03-02T11:20:38.000Z' }],
    ['no scores', 'detail.epss', absent, { status: 'ACTIVE' }],
  ])('takes a finding with %s', (_what, path, value, expected) => {
    expect(parseInspectorFinding(spoil(finding, path, value))).toMatchObject(expected);
  });

  it('refuses a status that is not known', () => {
    expect(refusal(() => parseInspectorFinding(spoil(finding, 'detail.status', 'PENDING')))).toContain(
      "detail.status: expected 'ACTIVE' or 'CLOSED' or 'SUPPRESSED' (given 'PENDING')",
    );
  });

  it('refuses a repository without an image', () => {
    const arn = 'arn:aws:ecr:us-east-1:123456789012:repository/aeon-dt-api';
    const unnamed = spoil(spoil(finding, 'resources', [arn]), 'detail.resources', []);
    expect(refusal(() => parseInspectorFinding(unnamed))).toBe(
      `The event 'Inspector2 Finding' does not say which image it is about (given '${arn}'): ` +
        'expected repositoryName and imageHash, or the ARN of an image',
    );
  });
});
