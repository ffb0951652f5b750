import { type AssumeRoleResponse, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { readerCredentials } from '../../../shared/workloads/reader.ts';
import { simulated } from './simulated.ts';

const role = 'arn:aws:iam::444455556666:role/aeon-ops-workload-reader';
const start = Date.parse('2026-03-02T08:00:00Z');

function reader(answer: (now: number) => AssumeRoleResponse = session, externalId?: string) {
  let now = start;
  const { client, calls } = simulated(STSClient, { AssumeRole: () => answer(now) });
  const given = { role, ...(externalId !== undefined && { externalId }) };
  return {
    calls,
    credentials: readerCredentials(client, given, () => new Date(now)),
    pass: (minutes: number) => {
      now += minutes * 60_000;
    },
  };
}

function session(now: number): AssumeRoleResponse {
  return {
    Credentials: {
      AccessKeyId: `ASIA${now}`,
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date(now + 900_000),
    },
  };
}

describe('credentials of a reader', () => {
  it('are those of the role, for the shortest time that STS gives', async () => {
    const { calls, credentials } = reader();
    expect(await credentials()).toEqual({
      accessKeyId: `ASIA${start}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2026-03-02T08:15:00Z'),
    });
    expect(calls).toEqual([
      {
        operation: 'AssumeRole',
        input: { RoleArn: role, RoleSessionName: 'aeon-ops-workloads', DurationSeconds: 900 },
      },
    ]);
  });

  it('are asked for with the external id that was agreed', async () => {
    const { calls, credentials } = reader(session, 'agreed');
    await credentials();
    expect(calls[0]?.input).toMatchObject({ ExternalId: 'agreed' });
  });

  it('are asked for once by all who ask at the same time, and kept until they are about to run out', async () => {
    const { calls, credentials, pass } = reader();
    const all = await Promise.all([credentials(), credentials(), credentials()]);
    expect(new Set(all).size).toBe(1);
    pass(9.9);
    expect(await credentials()).toBe(all[0]);
    expect(calls).toHaveLength(1);
    pass(0.1);
    expect(await credentials()).not.toBe(all[0]);
    expect(calls).toHaveLength(2);
  });

  it('are asked for again after a failure, which names the role and what to look at', async () => {
    let isOpen = false;
    const { credentials } = reader((now) => {
      if (isOpen) return session(now);
      throw new AwsError('AccessDenied', 'User is not authorized to perform: sts:AssumeRole', 403);
    }, 'agreed');
    await expect(credentials()).rejects.toThrow(
      `the role ${role} could not be assumed: see that it is there, trusts the functions of this account and asks for the external id`,
    );
    await expect(credentials()).rejects.toThrow(/AccessDenied: User is not authorized/);
    isOpen = true;
    expect(await credentials()).toMatchObject({ secretAccessKey: 'secret' });
  });

  it('are none when a part of them is missing', async () => {
    const { credentials } = reader((now) => ({
      Credentials: { ...session(now).Credentials, SessionToken: undefined } as never,
    }));
    await expect(credentials()).rejects.toThrow(/no whole credentials/);
  });
});
