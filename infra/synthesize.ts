import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Policy } from '../shared/policy/schema.ts';
import { buildStacks } from './build-stacks.ts';
import { opsApp } from './ops-app.ts';

export interface Synthesized {
  readonly region: string;
  readonly template: Template;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/**
 * Makes the templates that `cdk deploy` would, by stack name, in this process and in well under a second: the functions
 * are not bundled (their code is a placeholder) and CloudFormation's validation of templates is left to `cdk synth`.
 *
 * @param outdir where the cloud assembly is written; left out, it is written to a temporary folder and removed
 */
export function synthesize(policy: Policy, { outdir }: { outdir?: string } = {}): Map<string, Synthesized> {
  const folder = outdir ?? mkdtempSync(join(tmpdir(), 'aeon-ops-'));
  try {
    return withoutStackTraces(() => synthesizeInto(folder, policy));
  } catch {
    return synthesizeInto(folder, policy);
  } finally {
    if (outdir === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function synthesizeInto(outdir: string, policy: Policy): Map<string, Synthesized> {
  const app = opsApp({
    outdir,
    analyticsReporting: false,
    stackTraces: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  buildStacks(app, policy, () => Code.fromInline('// bundled at deployment'));
  return new Map(
    app
      .synth()
      .stacks.map((stack) => [
        stack.stackName,
        { region: stack.environment.region, template: stack.template },
      ]),
  );
}

/**
 * The CDK notes for each element where it was made, and nobody reads that here: much of the time of a synthesis. What
 * fails has no trace either, so that it has to be done again to be told.
 */
function withoutStackTraces<Result>(work: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
