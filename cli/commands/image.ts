import type { Command } from 'commander';
import type { CommonOptions } from '../output.ts';
import { type Run, withCommonFlags } from './common.ts';

interface Options extends CommonOptions {
  readonly aws?: true;
  readonly environment?: string;
}

interface AdmitOptions extends Options {
  readonly region?: string;
}

interface AllowOptions extends Options {
  readonly until?: string;
  readonly reason?: string;
}

interface ReleaseOptions extends AllowOptions {
  readonly rescan?: true;
  readonly region?: string;
}

export function addImage(program: Command, run: Run): void {
  const command = program
    .command('image')
    .summary('ask whether an image may run, allow one that may not, or release one')
    .description(
      'Asks whether an image may run in an environment, allows one that may not, or releases one from quarantine.',
    );

  const admit = command
    .command('admit <image>')
    .description(
      'ask whether an image may run, and why not; exits 0 when it may and 1 when not. Without --aws the simulated AWS is asked, which knows no image',
    )
    .option('--environment <name>', 'where it is to run')
    .option('--region <region>', "whose admit-image is asked (default: that of the image's registry)")
    .option('--aws', 'ask what is deployed, with your own credentials');
  withCommonFlags(admit).action((given: string, options: AdmitOptions) =>
    run(options, async () => {
      const { image } = await import('../image/image.ts');
      return image.admit({ image: given, ...options });
    }),
  );

  const allow = command
    .command('allow <image>')
    .description(
      'break-glass: let an image run for a while, whatever its verdict; everybody on call is told. Without --aws nothing is written, and what would be is printed',
    )
    .option('--environment <name>', 'where it may run')
    .option('--until <time>', 'ISO 8601 with its zone, or a duration from now: 30m, 4h; at most 24 hours')
    .option('--reason <text>', 'why, for everybody on call')
    .option('--aws', 'do it, with your own credentials');
  withCommonFlags(allow).action((given: string, options: AllowOptions) =>
    run(options, async () => {
      const { image } = await import('../image/image.ts');
      return image.allow({ image: given, ...options });
    }),
  );

  const release = command
    .command('release <image>')
    .description(
      'have a quarantined image released for a while, although it is blocked. Without --aws nothing is written, and what would be is printed',
    )
    .option('--reason <text>', 'why, for everybody who looks after images')
    .option('--until <time>', 'ISO 8601 with its zone, or a duration from now; at most 7 days (default: 24h)')
    .option('--rescan', 'scan it anew: it is archived again as soon as that leads to a block, or to nothing')
    .option('--region <region>', 'only there (default: every registry Region)')
    .option('--aws', 'do it, with your own credentials');
  withCommonFlags(release).action((given: string, options: ReleaseOptions) =>
    run(options, async () => {
      const { image } = await import('../image/image.ts');
      return image.release({ image: given, ...options });
    }),
  );

  const quarantined = command
    .command('quarantined')
    .description(
      'list what is blocked, what was done about it, and by when it has to be replaced; asks what is deployed',
    )
    .option('--region <region>', 'only there (default: every registry Region)');
  withCommonFlags(quarantined).action((options: AdmitOptions) =>
    run(options, async () => {
      const { image } = await import('../image/image.ts');
      return image.quarantined(options);
    }),
  );
}
