import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb.ts';
import { manifests, restoreProofs } from '../../../shared/aws/restore-table.ts';
import type { Proof } from '../../../shared/restores/proof.ts';
import { clientOf, testKernel } from '../../rehearsal/aws/stand.ts';

const region = 'us-east-1';

function table() {
  const dynamodb = new DynamoDb(testKernel());
  dynamodb.createTable({
    name: 'restores',
    region,
    keys: { partition: { name: 'of', type: 'S' }, sort: { name: 'at', type: 'S' } },
    indexes: [],
  });
  return { dynamodb, client: clientOf(DynamoDBClient, dynamodb, region) };
}

const at = (time: string): string => `2026-11-25T${time}:00.000Z`;

describe('manifests', () => {
  it('are found on both sides of a backup, and one that was under way on neither', async () => {
    const kept = manifests(table().client, 'restores', 14);
    for (const [takenAt, completedAt] of [
      ['05:50', '05:51'],
      // It may have seen what the backup did not.
      ['06:59', '07:02'],
      // And this one what it did.
      ['07:10', '07:20'],
      ['07:50', '07:51'],
      ['08:50', '08:51'],
    ] as const) {
      await kept.put('main', { takenAt: at(takenAt), completedAt: at(completedAt), answers: [] });
    }
    await kept.put('other', { takenAt: at('06:30'), completedAt: at('06:31'), answers: [] });
    const backup = { startedAt: new Date(at('07:00')), completedAt: new Date(at('07:15')) };
    const { before, after } = await kept.around('main', backup);
    expect(before?.takenAt).toBe(at('05:50'));
    expect(after?.takenAt).toBe(at('07:50'));
  });

  it('of another day are none', async () => {
    const kept = manifests(table().client, 'restores', 14);
    await kept.put('main', { takenAt: at('00:10'), completedAt: at('00:11'), answers: [] });
    const backup = { startedAt: new Date(at('07:00')), completedAt: new Date(at('07:15')) };
    expect(await kept.around('main', backup)).toEqual({});
  });
});

describe('restoreProofs', () => {
  const proof: Proof = {
    region,
    jobId: 'job-1',
    tier: 'databases',
    resourceType: 'RDS',
    source: 'arn',
    pointArn: 'arn',
    createdAt: at('08:30'),
    stage: 'opening',
    stageSince: at('08:45'),
    asked: 0,
    version: 0,
  };

  it('are written over the version that they were made from, or not at all', async () => {
    const { client, dynamodb } = table();
    const proofs = restoreProofs(client, 'restores', region, 30);
    const written = await proofs.write(proof);
    expect(written?.version).toBe(1);
    expect(await proofs.write(proof)).toBeUndefined();
    expect(await proofs.of('job-1', at('08:30'))).toEqual(written);
    const [row] = dynamodb.peek('restores', region);
    expect(Number(row?.expiresAt?.N)).toBe(Date.parse('2026-12-25T08:30:00Z') / 1000);
  });

  it('are listed by their Region, the newest first', async () => {
    const { client } = table();
    const proofs = restoreProofs(client, 'restores', region, 30);
    await proofs.write({ ...proof, jobId: 'old', createdAt: at('01:00') });
    await proofs.write({ ...proof, jobId: 'one', createdAt: at('08:00') });
    await proofs.write({ ...proof, jobId: 'two', createdAt: at('09:00') });
    await restoreProofs(client, 'restores', 'us-west-2', 30).write({ ...proof, jobId: 'away' });
    expect((await proofs.since(new Date(at('07:00')))).map(({ jobId }) => jobId)).toEqual(['two', 'one']);
  });
});
