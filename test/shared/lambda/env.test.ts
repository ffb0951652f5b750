import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../shared/lambda/env.ts';

const names = { table: 'TABLE', bus: 'OPS_BUS', queue: 'QUEUE_URL' } as const;

describe('readEnvironment', () => {
  it('gives the values under the names that the code uses, and no others', () => {
    expect(readEnvironment({ TABLE: 't', OPS_BUS: 'b', QUEUE_URL: 'q', PATH: '/bin' }, names)).toEqual({
      table: 't',
      bus: 'b',
      queue: 'q',
    });
  });

  it.each<[Record<string, string | undefined>, string]>([
    [{ TABLE: 't', OPS_BUS: 'b' }, 'QUEUE_URL is not set'],
    [{ TABLE: 't', OPS_BUS: 'b', QUEUE_URL: '' }, 'QUEUE_URL is not set'],
    [{ TABLE: 't', OPS_BUS: 'b', QUEUE_URL: undefined }, 'QUEUE_URL is not set'],
    [{ OPS_BUS: 'b' }, 'TABLE, QUEUE_URL are not set'],
    [{}, 'TABLE, OPS_BUS, QUEUE_URL are not set'],
  ])('%j: %s', (environment, message) => {
    expect(() => readEnvironment(environment, names)).toThrow(message);
  });
});
