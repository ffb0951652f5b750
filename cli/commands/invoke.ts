import type { Command } from 'commander';
import type { CommonOptions } from '../output.ts';
import { type Run, withCommonFlags } from './common.ts';

interface Options extends CommonOptions {
  readonly region?: string;
  readonly sink?: string;
  readonly findings?: string;
}

export function addInvoke(program: Command, run: Run): void {
  const command = program
    .command('invoke')
    .summary('hand one event to one function, on the simulated AWS')
    .description(
      'Hands one event to one function on a simulated AWS that is wired by the templates, and prints what came of it as JSON. Nothing outside this machine is touched.',
    )
    .argument('<function>', 'its name, such as judge-scan')
    .argument('<event.json>', 'the event as AWS sends it; events/ holds samples')
    .option('--region <region>', "the function's Region (default: the policy's primary)")
    .option('--sink <name>', 'for deliver-alert: the sink whose queue the event is from')
    .option('--findings <file>', 'what ECR answers to DescribeImageScanFindings, as the AWS CLI prints it');
  withCommonFlags(command).action((name: string, file: string, options: Options) =>
    run(options, async () => {
      const { invoke } = await import('../invoke/invoke.ts');
      return invoke({ function: name, eventFile: file, ...options });
    }),
  );
}
