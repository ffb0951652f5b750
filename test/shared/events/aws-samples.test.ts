import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import { type Kind, parsers } from './parsers.ts';

/*
 * Runs when AWS_SAMPLES names a folder of events collected from AWS's documentation and public repositories. Its
 * INDEX.md has a table whose first two columns are the file and the family.
 */
const folder = process.env.AWS_SAMPLES ?? '';

/** The readers of each family we subscribe to, and of some that we do not. */
const families: Readonly<Record<string, readonly Kind[]>> = {
  'ecr-scan': ['image event'],
  'ecr-action': ['image action', 'replication action'],
  'inspector-scan': ['image event'],
  'inspector-finding': ['image event'],
  'cloudwatch-alarm': ['alarm'],
  'cloudwatch-alarm-sns': ['alarm', 'alarm by SNS'],
  envelope: ['SNS', 'SQS'],
  schedule: ['schedule'],
  'backup-job': ['backup event'],
  'backup-copy-job': ['backup event'],
  'backup-restore-job': ['backup event'],
  'backup-recovery-point': ['backup event'],
  'backup-plan': ['backup event'],
  'backup-vault': ['backup event'],
  'backup-scan-job': ['backup event'],
  'backup-other': ['backup event'],
  'backup-report': ['backup event'],
  'backup-sns': ['backup event'],
  'api-backup': ['backup event'],
  'api-ecr-findings': ['image event'],
};

/** Events that nobody here looks after, and what are no events: answers of APIs, reports, prose. */
const refusedFamilies: ReadonlySet<string> = new Set([
  ...['backup-plan', 'backup-vault', 'backup-scan-job', 'backup-other', 'backup-report', 'backup-sns'],
  ...['api-backup', 'api-ecr-findings'],
]);

type Result = { readonly file: string; readonly handled: boolean; readonly reasons: readonly string[] };

function run(file: string, kinds: readonly Kind[]): Result {
  const event: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const reasons = kinds.flatMap((kind) => {
    try {
      parsers[kind](event);
      return [];
    } catch (error) {
      return [error instanceof PermanentError ? error.message : `CRASHED: ${error}`];
    }
  });
  return { file, handled: reasons.length < kinds.length, reasons };
}

function filesOf(family: string): readonly string[] {
  return readFileSync(join(folder, 'INDEX.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , of]) => of === family)
    .map(([, file = '']) => file);
}

if (folder === '') {
  describe.skip('AWS samples (set AWS_SAMPLES to a folder with an INDEX.md to run these)', () => {
    it('understands or refuses every one', () => undefined);
  });
} else {
  describe.each(Object.entries(families))('AWS samples of %s', (family, kinds) => {
    const results = filesOf(family).map((file) => run(file, kinds));
    const handled = results.filter((result) => result.handled);
    const refused = results.filter((result) => !result.handled);

    it(`there are some (${handled.length} understood, ${refused.length} refused)`, () => {
      expect(results.length).toBeGreaterThan(0);
      expect(handled.length > 0).toBe(!refusedFamilies.has(family));
    });

    for (const { file, reasons } of refused) {
      it(`${file} is refused: ${reasons.join(' / ')}`, () => {
        expect(reasons.filter((reason) => reason.startsWith('CRASHED'))).toEqual([]);
      });
    }

    it('no other reader crashes on one of them', () => {
      const everyKind = Object.keys(parsers) as Kind[];
      const crashed = results
        .map(({ file }) => run(file, everyKind))
        .filter(({ reasons }) => reasons.some((reason) => reason.startsWith('CRASHED')));
      expect(crashed).toEqual([]);
    });
  });
}
