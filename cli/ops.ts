import { Command, CommanderError } from 'commander';
import { addBackup } from './commands/backup.ts';
import type { Run } from './commands/common.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFailover } from './commands/failover.ts';
import { addImage } from './commands/image.ts';
import { addInvoke } from './commands/invoke.ts';
import { addPause } from './commands/pause.ts';
import { addRetention } from './commands/retention.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer } from './output.ts';

/*
 * npm run ops -- <noun> <verb>
 *
 * The operations automation by hand. Exit codes are in exit-codes.ts.
 */

process.exitCode = await ops(process.argv.slice(2));

async function ops(given: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.yes;
  const streams = {
    out: (text: string) => process.stdout.write(`${text}\n`),
    err: (text: string) => process.stderr.write(`${text}\n`),
  };
  const run: Run = async (options, work) => {
    exitCode = await answer(work, options, streams);
  };

  const program = new Command('ops')
    .description('The operations automation by hand.')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .exitOverride();
  for (const add of [addInvoke, addDoctor, addPause, addImage, addRetention, addBackup, addFailover])
    add(program, run);
  program.addHelpText(
    'after',
    '\nExit codes: 0 yes, 1 the answer is no, 2 misuse, 3 fault. See docs/cli.md.',
  );

  try {
    await program.parseAsync(given, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.yes : exitCodes.misuse;
  }
}
