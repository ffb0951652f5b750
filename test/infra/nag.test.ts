import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildStacks } from '../../infra/build-stacks.ts';
import { opsApp } from '../../infra/ops-app.ts';
import { OpsStack } from '../../infra/ops-stack.ts';
import policy from '../../ops.config.ts';

const outdir = mkdtempSync(join(tmpdir(), 'aeon-ops-nag-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function checkedApp(folder: string): App {
  const app = opsApp({
    outdir: join(outdir, folder),
    stackTraces: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  buildStacks(app, policy, () => Code.fromInline('// not looked at'));
  return app;
}

describe("cdk-nag's AwsSolutions pack", () => {
  it('finds nothing that is not acknowledged', () => {
    expect(() => checkedApp('passes').synth()).not.toThrow();
  });

  it('looks at every stack: one topic without TLS is found', () => {
    const app = checkedApp('fails');
    const stack = app.node.findAll().find((construct) => construct instanceof OpsStack);
    if (!stack) throw new Error('the app has no stack');
    new Topic(stack, 'Careless');
    expect(() => app.synth()).toThrow('AwsSolutions-SNS3');
  });
});
