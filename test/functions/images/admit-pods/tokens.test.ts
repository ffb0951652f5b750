import { describe, expect, it } from '@jest/globals';
import { secretTokens } from '../../../../functions/images/admit-pods/tokens.ts';
import type { Secrets } from '../../../../shared/aws/secrets.ts';

const first = '1a'.repeat(32);
const second = '2b'.repeat(32);

/** A secret whose text a test changes; an Error is thrown. */
function vault(text: string | Error) {
  const logged: string[] = [];
  const place = { text };
  const secrets: Secrets = {
    text: async () => {
      if (typeof place.text === 'string') return place.text;
      throw place.text;
    },
    forget: () => undefined,
  };
  const tokens = secretTokens(secrets, 'tokens', (_level, message) => void logged.push(message));
  return { place, tokens, logged };
}

const holding = (...tokens: readonly string[]): string => JSON.stringify({ tokens });

describe('tokens', () => {
  it('rotate: the new one is valid beside the old one, and then alone', async () => {
    const { place, tokens } = vault(holding(first));
    const valid = async () => [await tokens.accept(first), await tokens.accept(second)];
    expect(await valid()).toEqual([true, false]);
    place.text = holding(first, second);
    expect(await valid()).toEqual([true, true]);
    place.text = holding(second);
    expect(await valid()).toEqual([false, true]);
  });

  it.each(['', 'undefined', first.slice(1), `${first}0`, first.toUpperCase()])(
    'do not include %j',
    async (given) => {
      expect(await vault(holding(first)).tokens.accept(given)).toBe(false);
    },
  );

  it.each([
    ['no JSON', first],
    ['no tokens', '{}'],
    ['an empty list', holding()],
    ['three tokens', holding(first, second, first)],
    ['a token that can be guessed', holding('letmein')],
    ['a token of 128 bits', holding('1a'.repeat(16))],
  ])('are not taken from a secret with %s, which is not shown', async (_what, text) => {
    const error = await vault(text).tokens.accept(first).then(String, String);
    expect(error).toContain('The secret tokens does not have the form');
    expect(error).not.toMatch(/letmein|1a1a|2b2b/);
  });

  it('are those known before while the secret cannot be read', async () => {
    const { place, tokens, logged } = vault(holding(first));
    await tokens.accept(first);
    place.text = new Error('InternalServiceError');
    expect(await tokens.accept(first)).toBe(true);
    expect(await tokens.accept(second)).toBe(false);
    expect(logged).toEqual(['tokens not renewed', 'tokens not renewed']);
  });

  it('are not guessed when none was ever known', async () => {
    await expect(vault(new Error('denied')).tokens.accept(first)).rejects.toThrow('denied');
  });
});
