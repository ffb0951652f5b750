import type { Command } from 'commander';
import type { CommonOptions } from '../output.ts';
import { type Run, withCommonFlags } from './common.ts';

interface Options extends CommonOptions {
  readonly aws?: true;
  readonly region?: readonly string[];
}

interface SetOptions extends Options {
  readonly reason?: string;
  readonly until?: string;
  readonly by?: string;
}

export function addPause(program: Command, run: Run): void {
  const command = program
    .command('pause')
    .summary('keep an automation from changing anything for a while')
    .description(
      'Keeps an automation from changing anything for a while: it still decides, records and tells. Without --aws nothing is written, and what would be is printed.',
    );

  const set = command
    .command('set <area>', { isDefault: true })
    .description('pause an area, or all; the word set may be left out')
    .option('--reason <text>', 'why, for whoever finds it paused')
    .option('--until <time>', 'ISO 8601 with its zone, or a duration from now: 30m, 4h, 2d; at most 30 days')
    .option('--by <name>', 'who pauses (default: the environment variable USER)');
  withPauseFlags(set).action((area: string, options: SetOptions) =>
    run(options, async () => {
      const { pause } = await import('../pause/pause.ts');
      return pause.set({ area, ...options, user: process.env.USER });
    }),
  );

  const list = command.command('list').description('list what is paused, and the interlock');
  withPauseFlags(list).action((options: Options) =>
    run(options, async () => {
      const { pause } = await import('../pause/pause.ts');
      return pause.list(options);
    }),
  );

  const end = command.command('end <area>').description('end a pause before its time');
  withPauseFlags(end).action((area: string, options: Options) =>
    run(options, async () => {
      const { pause } = await import('../pause/pause.ts');
      return pause.end({ area, ...options });
    }),
  );
}

function withPauseFlags(command: Command): Command {
  return withCommonFlags(
    command
      .option('--aws', 'do it, with your own credentials')
      .option('--region <regions...>', 'only there (default: every Region of the policy)'),
  );
}
