import type { Command } from 'commander';
import type { CommonOptions } from '../output.ts';
import { type Run, withCommonFlags } from './common.ts';

interface StatusOptions extends CommonOptions {
  readonly aws?: true;
  readonly iam?: true;
}

export function addFailover(program: Command, run: Run): void {
  const command = program
    .command('failover')
    .summary('see what is known of the primary Region, and what would be decided')
    .description('Shows what is known of the primary Region, and what would be decided by it.');

  withCommonFlags(
    command
      .command('status')
      .description(
        'votes, state, standby, and what speaks against a failover; exits 1 unless the Region is well and the standby fit. Without --aws it is that of an example',
      )
      .option('--aws', 'of what is there, with your own credentials; only reads')
      .option('--iam', 'print the IAM policy that --aws needs, and do nothing else'),
  ).action((options: StatusOptions) =>
    run(options, async () => {
      const { failover } = await import('../failover/failover.ts');
      return options.iam ? failover.iam() : failover.status(options);
    }),
  );

  withCommonFlags(
    command
      .command('replay <votes.json>')
      .description(
        'print what the policy would have decided at each mark, and why. The file is what status --json prints, or has votes in its form; see docs/examples',
      ),
  ).action((file: string, options: CommonOptions) =>
    run(options, async () => {
      const { failover } = await import('../failover/failover.ts');
      return failover.replay(file);
    }),
  );
}
