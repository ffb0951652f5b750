import type { Command } from 'commander';
import type { Answer, CommonOptions } from '../output.ts';

/** Does a command's work, prints what comes of it, and remembers the exit code. */
export type Run = (options: CommonOptions, work: () => Promise<Answer>) => Promise<void>;

/** The flags that every command has; see CommonOptions. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print JSON and nothing else on stdout')
    .option('--debug', 'print stack traces of errors');
}
