import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import policyAsWritten from '../ops.config.ts';
import { checkPolicy, PolicyError } from '../shared/policy/check.ts';
import type { Policy } from '../shared/policy/schema.ts';
import { buildStacks } from './build-stacks.ts';
import { bundleFunctions } from './bundling/bundle.ts';
import { contractsBy } from './functions.ts';
import { functionIdOf } from './names.ts';
import { opsApp } from './ops-app.ts';
import type { CodeFor } from './ops-stack.ts';

/*
 * What `cdk` runs: checks the policy, bundles the functions, builds the stacks, and has cdk-nag look at them. The
 * templates are written when the process ends. Neither an AWS account nor Docker nor the network is needed.
 */

try {
  const policy = checkPolicy(policyAsWritten);
  const code = await bundledCode(policy);
  const app = opsApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  buildStacks(app, policy, code);
} catch (error) {
  if (!(error instanceof PolicyError)) throw error;
  // Its message tells the reader all there is to know; a stack trace would bury it.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function bundledCode(policy: Policy): Promise<CodeFor> {
  const bundles = await bundleFunctions({
    functions: contractsBy(policy).map((contract) => ({
      id: functionIdOf(contract),
      policy: contract.policy,
    })),
    policy,
    outdir: join(import.meta.dirname, '../dist'),
  });
  return (functionId) => {
    const bundle = bundles.get(functionId);
    if (bundle) return Code.fromAsset(bundle.folder);
    throw new RangeError(
      `The function '${functionId}' was not bundled: add its contract to infra/functions.ts.`,
    );
  };
}
