import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { live } from '../../../shared/lambda/live.ts';
import type { ClientConfig } from '../../../shared/lambda/world.ts';

describe('the log of a function in AWS', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(['info', 'warn', 'error'] as const)('hands an %s record to Lambda as one object', (level) => {
    const written = jest.spyOn(console, level).mockReturnValue();
    live({}).log(level, 'outcome', { subject: 'arn:aws:ecr', count: 2 });
    expect(written.mock.calls).toEqual([[{ message: 'outcome', subject: 'arn:aws:ecr', count: 2 }]]);
  });

  it('keeps its message when a fact bears the same name', () => {
    const written = jest.spyOn(console, 'info').mockReturnValue();
    live({}).log('info', 'outcome', { message: 'from outside' });
    expect(written.mock.calls).toEqual([[{ message: 'outcome' }]]);
  });
});

describe('a client in AWS', () => {
  class Client {
    readonly config: ClientConfig;
    constructor(config: ClientConfig) {
      this.config = config;
    }
  }

  it('works in the function’s own Region, as its own role', () => {
    const { config } = live({}).client(Client);
    expect(config).not.toHaveProperty('region');
    expect(config).not.toHaveProperty('credentials');
  });

  it('works elsewhere, and as another role, with the same patience', async () => {
    const credentials = async () => ({ accessKeyId: 'ASIA', secretAccessKey: 'none' });
    const elsewhere = live({}).client(Client, { region: 'eu-west-1', credentials });
    expect(elsewhere.config).toEqual({
      ...live({}).client(Client).config,
      region: 'eu-west-1',
      credentials,
    });
  });
});
