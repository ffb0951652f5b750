import { describe, expect, it } from '@jest/globals';
import { hearAt } from '../../../../functions/failover/hear-checkers/run.ts';
import type { Vote } from '../../../../shared/failover/vote.ts';
import { withDns } from '../../../../shared/lambda/dns.ts';
import { policy } from '../../../builders.ts';

const mark = Date.parse('2026-11-24T03:00:10Z');

/** A resolver as node:dns has it, which answers so. */
function dns(answer: readonly (readonly string[])[] | string) {
  const resolver = {
    async resolveTxt() {
      if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer });
      return answer.map((parts) => [...parts]);
    },
  };
  return withDns(resolver as unknown as Parameters<typeof withDns>[0]);
}

async function heard(answer: Parameters<typeof dns>[0]): Promise<Vote | undefined> {
  const written: Vote[] = [];
  const votes = { write: async (vote: Vote) => written.push(vote) > 0, since: async () => [] };
  await hearAt(mark, { ...dns(answer), votes, policy });
  return written[0];
}

describe('hear-checkers', () => {
  it.each([
    ['up', [['up']], 'up', 'DNS says up'],
    ['down, in parts', [['do', 'wn']], 'down', 'DNS says down'],
    ['something else', [['v=spf1 -all']], 'blind', 'DNS says v=spf1 -all'],
    ['both', [['up'], ['down']], 'blind', 'DNS says up, down'],
  ] as const)('votes what DNS says: %s', async (_what, answer, endpoint, saw) => {
    expect(await heard(answer)).toEqual({ voice: 'route-53', at: mark, endpoint, saw });
  });

  it.each([
    ['there is no such record', 'ENODATA', 'DNS says nothing'],
    ['the resolver fails', 'ESERVFAIL', 'ESERVFAIL'],
    ['the resolver does not answer', 'ETIMEOUT', 'ETIMEOUT'],
  ])('is blind when %s', async (_what, code, saw) => {
    expect(await heard(code)).toMatchObject({ endpoint: 'blind', saw: expect.stringContaining(saw) });
  });

  it('fails when its vote cannot be written', async () => {
    const votes = {
      write: async () => {
        throw new Error('the table does not answer');
      },
      since: async () => [],
    };
    await expect(hearAt(mark, { ...dns([['up']]), votes, policy })).rejects.toThrow(
      'the table does not answer',
    );
  });
});
