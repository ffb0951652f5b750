import type { Command } from 'commander';
import type { Run } from './common.ts';

interface ReportOptions {
  readonly json?: true | string;
  readonly html?: string;
  readonly debug?: true;
  readonly aws?: true;
  readonly iam?: true;
}

export function addBackup(program: Command, run: Run): void {
  program
    .command('backup')
    .summary('see how backups stand, and what restore tests have proven')
    .description('Shows how backups stand, and what restore tests have proven.')
    .command('report')
    .description(
      'newest recovery points, recovery point objectives, restore tests and findings; exits 1 where anything is wrong. Without --aws it is that of a month on the simulated AWS',
    )
    .option('--html <file>', 'write it as a page that is complete in itself')
    .option('--json [file]', 'print JSON and nothing else on stdout; with a file, write it there instead')
    .option('--aws', 'of what is there, with your own credentials; only reads')
    .option('--iam', 'print the IAM policy that --aws needs, and do nothing else')
    .option('--debug', 'print stack traces of errors')
    .action(({ json, html, debug, aws, iam }: ReportOptions) =>
      run({ ...(json === true && { json }), ...(debug && { debug }) }, async () => {
        const { backup } = await import('../backup/backup.ts');
        if (iam) return backup.iam();
        return backup.report({ aws, htmlFile: html, ...(typeof json === 'string' && { jsonFile: json }) });
      }),
    );
}
