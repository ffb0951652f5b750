import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { exitCodes } from '../../../cli/exit-codes.ts';
import { invoke } from '../../../cli/invoke/invoke.ts';
import type { InvocationReport } from '../../../cli/invoke/report.ts';
import { MisuseError } from '../../../cli/misuse.ts';
import { contracts } from '../../../infra/functions.ts';
import { templatesOf } from '../../../infra/kept-templates.ts';
import policy from '../../../ops.config.ts';

/** Each test plays minutes of simulated AWS, which take their time on a machine that is busy. */
jest.setTimeout(60_000);

const folder = join(import.meta.dirname, '../../../events');
const files = globSync('**/*.json', { cwd: folder }).sort();
const templates = await templatesOf(policy);

/** Kinds of samples that some function has to take. A function that is added may take others too. */
const subscribed = /^(ecr\/image-scan|inspector2\/(scan\.initial|finding\.(active|closed))|cloudwatch|sqs)/;

/** Undefined when the function is never given such an event. */
async function invoked(file: string, name: string) {
  const eventFile = join(folder, file);
  const sink = name === 'deliver-alert' ? Object.keys(policy.alerts.sinks)[0] : undefined;
  try {
    return await invoke({ function: name, eventFile, sink }, policy, templates);
  } catch (error) {
    if (error instanceof MisuseError) return undefined;
    throw error;
  }
}

describe('the sample events', () => {
  it.each(files)('%s ends well with every function that is given it', async (file) => {
    const answers = [];
    for (const { name } of contracts) answers.push((await invoked(file, name)) ?? []);
    for (const { exitCode, json } of answers.flat()) {
      const { ended, outcomes, calls } = json as InvocationReport;
      expect(ended).toBe('ok');
      expect([exitCodes.yes, exitCodes.no]).toContain(exitCode);
      expect(outcomes.length).toBeGreaterThan(0);
      expect(calls.filter(({ outcome }) => /Denied|Authoriz/.test(outcome))).toEqual([]);
    }
    if (subscribed.test(file)) expect(answers.flat()).not.toEqual([]);
  });

  it.each([
    ['ecr/image-scan.complete-critical.json', 'block', '2 CRITICAL findings'],
    ['ecr/image-scan.complete-clean.json', 'pass', 'the scan found nothing'],
    ['ecr/image-scan.complete-no-counts.json', 'unknown', 'came without findings'],
    ['ecr/image-scan.failed.json', 'unknown', 'the scan failed'],
    ['inspector2/scan.initial.json', 'block', '1 CRITICAL finding'],
    ['inspector2/finding.closed.json', 'pass', 'the scan found nothing'],
  ])('%s leaves the registry as it tells: %s', async (file, outcome, reason) => {
    const answer = await invoked(file, 'judge-scan');
    const { outcomes = [] } = (answer?.json ?? {}) as Partial<InvocationReport>;
    expect(outcomes).toEqual([expect.objectContaining({ outcome, reason: expect.stringContaining(reason) })]);
  });
});
