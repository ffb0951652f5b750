import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { live } from '../../../shared/lambda/live.ts';

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
