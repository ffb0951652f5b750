import { describe, expect, it } from '@jest/globals';
import { exitCodes } from '../../cli/exit-codes.ts';
import { MisuseError } from '../../cli/misuse.ts';
import { type Answer, answer, type CommonOptions, table } from '../../cli/output.ts';

async function printed(work: () => Promise<Answer>, options: CommonOptions = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) };
  return { exitCode: await answer(work, options, streams), out, err };
}

const no = async (): Promise<Answer> => ({
  exitCode: exitCodes.no,
  json: { found: 1 },
  text: 'one found',
  trouble: 'one is too many',
});

describe('answer', () => {
  it('prints the text, and trouble on stderr', async () => {
    expect(await printed(no)).toEqual({ exitCode: 1, out: ['one found'], err: ['one is too many'] });
  });

  it('prints nothing but JSON on stdout with --json', async () => {
    const { out } = await printed(no, { json: true });
    expect(out.map((text) => JSON.parse(text))).toEqual([{ found: 1 }]);
  });

  it('tells misuse in its own words, with what to do', async () => {
    const work = () => Promise.reject(new MisuseError('There is no x.', 'Use y.'));
    expect(await printed(work)).toEqual({ exitCode: 2, out: [], err: ['There is no x.\nUse y.'] });
  });

  it('tells a fault by its name, and where it happened only with --debug', async () => {
    const work = () => Promise.reject(new TypeError('x is not a function'));
    const brief = await printed(work);
    expect(brief.exitCode).toBe(3);
    expect(brief.err.join()).toMatch(/TypeError: x is not a function\n.*--debug/);
    expect(brief.err.join()).not.toContain('output.test.ts');
    expect((await printed(work, { debug: true })).err.join()).toContain('output.test.ts');
  });
});

describe('table', () => {
  it('lines up the columns and leaves no blanks at the end of a line', () => {
    const rows = [
      ['sink', 'by'],
      ['slack-ops', 'token'],
      ['mail', ''],
    ];
    expect(table(rows).split('\n')).toEqual(['sink       by', 'slack-ops  token', 'mail']);
  });
});
