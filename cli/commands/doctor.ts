import type { Command } from 'commander';
import type { CommonOptions } from '../output.ts';
import { type Run, withCommonFlags } from './common.ts';

interface Options extends CommonOptions {
  readonly aws?: true;
  readonly iam?: true;
}

export function addDoctor(program: Command, run: Run): void {
  const command = program
    .command('doctor')
    .summary('say what is configured, missing, or would not work')
    .description('Says what is configured, missing, or would not work, and what to do about it. Only reads.')
    .option('--aws', 'look at what is deployed too, in every Region of the policy, with your own credentials')
    .option('--iam', 'print the IAM policy that --aws needs, and do nothing else');
  withCommonFlags(command).action((options: Options) =>
    run(options, async () => {
      const { doctor, doctorAws, doctorIam } = await import('../doctor/doctor.ts');
      if (options.iam) return doctorIam();
      return options.aws ? doctorAws() : doctor();
    }),
  );
}
