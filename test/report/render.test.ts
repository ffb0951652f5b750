import { describe, expect, it } from '@jest/globals';
import { renderReport } from '../../report/render.ts';
import { example } from './example.ts';

const page = renderReport(example());

/** Elements that hold nothing and are not closed. */
const voids = new Set(['meta', 'link', 'br', 'img', 'input']);

/** Names of elements in order, as a browser's parser would open them. Throws for one that is closed out of order. */
function elementsOf(html: string): string[] {
  const open: string[] = [];
  const all: string[] = [];
  const body = html.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '');
  for (const [, slash, name = '', self] of body.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (slash) {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
      continue;
    }
    all.push(name);
    if (!self && !voids.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return all;
}

describe('a report', () => {
  it('is well-formed, with landmarks and one heading of the page', () => {
    const elements = elementsOf(page);
    for (const landmark of ['header', 'main', 'nav', 'section', 'footer']) {
      expect(elements).toContain(landmark);
    }
    expect(elements.filter((name) => name === 'h1')).toHaveLength(1);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  it('takes no text for markup, wherever it stands', () => {
    const hostile = (text: string): string =>
      `${text}</style></title></svg><script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;{b|\u0000}`;
    const attacked = renderReport(example(hostile));
    expect(new Set(elementsOf(attacked))).toEqual(new Set(elementsOf(page)));
    expect(attacked).not.toMatch(/<script|<img|\son\w+=["']/);
    // An ampersand that was escaped already is text as well.
    expect(attacked).toContain('&amp;amp;');
  });

  it('loads nothing and runs nothing', () => {
    expect(elementsOf(page)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(script|link|img|iframe)$/)]),
    );
    const references = [...page.matchAll(/(?:src|href|xlink:href)="([^"]*)"|url\(([^)]*)\)|@import/g)].map(
      ([whole, attribute, url]) => attribute ?? url ?? whole,
    );
    expect(references.filter((reference) => !reference.startsWith('#'))).toEqual([]);
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;`);
  });

  it('says every chart in words and in numbers', () => {
    const figures = page.match(/<figure[\s\S]*?<\/figure>/g) ?? [];
    expect(figures).toHaveLength(3);
    for (const figure of figures) {
      const pictures = [
        ...figure.matchAll(
          /<svg class="(?:wide|middle|narrow)"[^>]* role="img" aria-labelledby="(\S+) (\S+)"/g,
        ),
      ];
      expect(pictures).toHaveLength(3);
      for (const [, title, description] of pictures) {
        expect(figure).toMatch(
          new RegExp(`<title id="${title}">\\w+</title><desc id="${description}">summary of `),
        );
      }
      expect(figure).toMatch(/<details><summary>[\s\S]*<caption id=[\s\S]*<th scope="row">/);
    }
    expect(figures[0]).toMatch(/2026-11-24 05:00<\/th><td>25 min<\/td><td>15 min<\/td>/);
    expect(figures[2]).toMatch(
      /lane<\/th><td>step<\/td><td>2026-11-24 01:00<\/td><td>2026-11-24 02:00<\/td>/,
    );
  });

  it('names every table, and every column and row of it', () => {
    expect(page).toMatch(/<table class="cards" role="table"><caption>caption<\/caption>/);
    expect(page).toMatch(/<th scope="col" role="columnheader" class="end">number<\/th>/);
    expect(page).toMatch(/<th scope="row" role="rowheader"><span class="cell">row<\/span><\/th>/);
    expect(page).toContain('nothing here');
  });

  it('has each id once, and the same bytes each time', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, reference] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(reference);
    expect(renderReport(example())).toBe(page);
  });

  it('draws with colours that the page gives, light or dark', () => {
    const drawings = page.match(/<svg class="(?:wide|middle|narrow)"[\s\S]*?<\/svg>/g) ?? [];
    const colours = drawings.flatMap((drawing) =>
      [...drawing.replace(/<defs\s*>[\s\S]*?<\/defs>/g, '').matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(
        ([, colour]) => colour,
      ),
    );
    expect(colours.filter((colour) => colour !== 'none' && !colour?.startsWith('var(--'))).toEqual([]);
  });
});
