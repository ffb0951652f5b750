import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { evidenceTable, packed } from '../../../shared/aws/evidence-table.ts';
import type { Evidence } from '../../../shared/domain/quarantine.ts';
import type { FindingSeverity } from '../../../shared/domain/severity.ts';
import { digest, finding, scan } from '../../builders.ts';
import { clientOf, testKernel } from '../../rehearsal/aws/stand.ts';

const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  digest,
  region: 'us-east-1',
  repository: 'api',
  parts: [{ digest, platform: 'linux/amd64', scan: scan({ findings: [finding('CRITICAL')] }) }],
  savedAt: '2026-03-02T08:00:00.000Z',
  ...over,
});

/** Ids that compress badly. */
function many(severity: FindingSeverity, count: number) {
  return Array.from({ length: count }, (_, index) =>
    finding(severity, { id: `CVE-${(index * 2_654_435_761) % 4_294_967_296}-${(index * 40_503) % 65_536}` }),
  );
}

describe('the evidence', () => {
  const table = () => {
    const service = new DynamoDb(testKernel());
    service.createTable({
      name: 'verdicts',
      region: 'us-east-1',
      keys: { partition: { name: 'digest', type: 'S' }, sort: { name: 'copy', type: 'S' } },
    });
    return evidenceTable(clientOf(DynamoDBClient, service), 'verdicts');
  };

  it('is read as it was saved, and is nothing before that', async () => {
    const evidences = table();
    expect(await evidences.of(evidence())).toBeUndefined();
    await evidences.save(evidence());
    expect(await evidences.of(evidence())).toEqual(evidence());
    expect(await evidences.of({ ...evidence(), repository: 'other' })).toBeUndefined();
  });

  it('is replaced by later evidence, and not by earlier', async () => {
    const evidences = table();
    const later = evidence({ savedAt: '2026-03-02T09:00:00.000Z', parts: [] });
    await evidences.save(later);
    await evidences.save(evidence());
    expect(await evidences.of(later)).toEqual(later);
  });

  it('leaves out the mildest findings where there are too many, and counts them', () => {
    const findings = [...many('LOW', 3000), finding('CRITICAL', { id: 'CVE-2026-0001' })];
    const parts = [{ digest, scan: scan({ findings, counts: {} }) }];
    const bytes = packed(evidence({ parts }), 8000);
    expect(bytes.length).toBeLessThanOrEqual(8000);
    const [part] = (JSON.parse(gunzipSync(bytes).toString()) as Evidence).parts;
    expect(part?.scan.findings?.[0]).toMatchObject({ severity: 'CRITICAL' });
    expect(part?.scan.counts).toEqual({ CRITICAL: 1, LOW: 3000 });
    expect((part?.omitted ?? 0) + (part?.scan.findings?.length ?? 0)).toBe(3001);
  });
});
