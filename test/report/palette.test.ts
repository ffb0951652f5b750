import { describe, expect, it } from '@jest/globals';
import { dark, light } from '../../report/palette.ts';

/** Relative luminance of `#rrggbb`. https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s scheme', (_name, { page, card, ink, quiet, budget, severity, series }) => {
  it('has text that WCAG AA finds readable, on the page and on cards', () => {
    for (const text of [ink, quiet, budget, ...Object.values(severity)]) {
      for (const ground of [page, card]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has lines that can be seen', () => {
    for (const line of series) expect(contrast(line, card)).toBeGreaterThanOrEqual(3);
  });
});
