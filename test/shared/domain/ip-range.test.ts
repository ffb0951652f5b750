import { describe, expect, it } from '@jest/globals';
import { coversRange } from '../../../shared/domain/ip-range.ts';

describe('a range of addresses', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.0/24', '192.0.2.128/25', true],
    ['192.0.2.128/25', '192.0.2.0/24', false],
    ['192.0.2.7/24', '192.0.2.1', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['54.243.31.192/26', '54.243.31.191', false],
    ['203.0.113.9', '203.0.113.9/32', true],
  ])('%s covers %s: %j', (outer, inner, covers) => {
    expect(coversRange(outer, inner)).toBe(covers);
  });

  it.each(['2600::/40', '256.0.0.1', '192.0.2.0/33', '192.0.2', ''])('is not %j', (text) => {
    expect(() => coversRange(text, '192.0.2.1')).toThrow(`'${text}' is no IPv4 range`);
  });
});
