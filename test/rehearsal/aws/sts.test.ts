import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sts } from '../../../rehearsal/aws/sts.ts';
import { clientOf } from './stand.ts';
import { roleArn, type VirtualKernel, virtualKernel } from './virtual-kernel.ts';

const reader = roleArn('reader');
const elsewhere = 'arn:aws:iam::444455556666:role/reader';

let kernel: VirtualKernel;
let sts: Sts;

beforeEach(() => {
  kernel = virtualKernel();
  sts = new Sts(kernel, (arn) => arn === reader);
});

afterEach(() => kernel[Symbol.dispose]());

function assume(RoleArn = reader, DurationSeconds?: number, ExternalId?: string) {
  const input = { RoleArn, RoleSessionName: 'test', DurationSeconds, ExternalId };
  return clientOf(STSClient, sts).send(new AssumeRoleCommand(input));
}

describe('AWS STS', () => {
  it('gives credentials that are the role’s until they run out', async () => {
    const { Credentials, AssumedRoleUser } = await assume(reader, 900);
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/reader/test');
    const key = Credentials?.AccessKeyId ?? '';
    expect(sts.principalOf(key)).toEqual({ kind: 'role', arn: reader });
    await kernel.pass(899);
    expect(sts.principalOf(key)).toEqual({ kind: 'role', arn: reader });
    await kernel.pass(1);
    expect(() => sts.principalOf(key)).toThrow(/expired/);
    expect(Credentials?.Expiration).toEqual(kernel.now());
  });

  it('asks whether the caller may, with the external id that it was given', async () => {
    await assume(reader, undefined, 'agreed');
    expect(kernel.asked).toMatchObject([
      { action: 'sts:AssumeRole', resource: reader, context: { 'sts:externalid': 'agreed' } },
    ]);
    kernel.refuse(() => true);
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('lets nobody take on a role that is not there, or in another account', async () => {
    await expect(assume(elsewhere)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`sts:AssumeRole on resource: ${elsewhere}`),
    });
  });

  it('gives no session of less than a quarter of an hour', async () => {
    await expect(assume(reader, 899)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('knows nothing of credentials that it did not give', () => {
    expect(() => sts.principalOf('ASIANOBODY')).toThrow(/invalid/);
  });
});
