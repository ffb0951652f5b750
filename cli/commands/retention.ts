import type { Command } from 'commander';
import type { CommonOptions } from '../output.ts';
import { type Run, withCommonFlags } from './common.ts';

interface PlanOptions extends Omit<CommonOptions, 'json'> {
  readonly json?: true | string;
  readonly aws?: true;
  readonly iam?: true;
  readonly region?: string;
  readonly repository?: string;
}

interface ApproveOptions extends CommonOptions {
  readonly aws?: true;
  readonly region?: string;
  readonly most?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly by?: string;
}

export function addRetention(program: Command, run: Run): void {
  const command = program
    .command('retention')
    .summary('see which images would be archived and deleted, and why')
    .description(
      'Shows which images would be archived and deleted, and why, and lets one run do more than the caps of the policy allow.',
    );

  command
    .command('plan')
    .description(
      'make the plan of prune-images and change nothing; exits 1 where a run could not carry it out. Without --aws it is that of an example, on the simulated AWS',
    )
    .option('--region <region>', 'of the registry (default: the primary)')
    .option('--repository <name>', 'only this one')
    .option('--aws', 'of what is there, with your own credentials; only reads')
    .option('--iam', 'print the IAM policy that --aws needs, and do nothing else')
    .option(
      '--json [file]',
      'print JSON and nothing else on stdout; with a file, write it there beside the table',
    )
    .option('--debug', 'print stack traces of errors')
    .action(({ json, debug, ...options }: PlanOptions) =>
      run({ ...(json === true && { json }), ...(debug && { debug }) }, async () => {
        const { retention } = await import('../retention/retention.ts');
        if (options.iam) return retention.iam(options);
        return retention.plan({ ...options, ...(typeof json === 'string' && { file: json }) });
      }),
    );

  const approve = command
    .command('approve')
    .argument('<what>', 'a repository, volume-snapshots or database-snapshots')
    .description(
      'let runs of prune-images or prune-snapshots put away more of one thing than the caps allow, for a while. Without --aws nothing is written, and what would be is printed',
    )
    .option('--region <region>', 'where (default: the primary)')
    .option('--most <count>', 'images or snapshots that one run may put away')
    .option('--until <time>', 'ISO 8601 with its zone, or a duration from now: 30m, 24h; at most 48 hours')
    .option('--reason <text>', 'why, for whoever reads the report')
    .option('--by <name>', 'who approves (default: the environment variable USER)')
    .option('--aws', 'do it, with your own credentials');
  withCommonFlags(approve).action((what: string, options: ApproveOptions) =>
    run(options, async () => {
      const { retention } = await import('../retention/retention.ts');
      return retention.approve({ what, ...options, user: process.env.USER });
    }),
  );
}
