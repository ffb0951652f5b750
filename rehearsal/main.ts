import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import policy from '../ops.config.ts';
import { rehearse } from './rehearsal.ts';
import { printSummary } from './report/print-summary.ts';
import { type Summary, summarize } from './report/summary.ts';
import { timeline } from './report/timeline.ts';
import { scenarios } from './scenarios/all.ts';

/*
 * npm run rehearse -- <scenario> [--seed N] [--json FILE] [--quiet]
 *
 * Exit codes: 0 all invariants hold, 1 one does not, 2 the command was not understood.
 */

interface Options {
  readonly seed: number;
  readonly json?: string;
  readonly quiet?: true;
  readonly list?: true;
}

const program = new Command('rehearse')
  .description('Plays a scenario on a simulated AWS, wired by the templates, and checks what must hold.')
  .argument('[scenario]', 'see --list')
  .option('--seed <number>', 'the same seed gives the same trace', wholeNumber, 1)
  .option('--json <file>', 'write the summary as JSON')
  .option('--quiet', 'only the summary, no timeline')
  .option('--list', 'list the scenarios')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) });

try {
  program.parse();
  process.exitCode = await main(program.args[0], program.opts<Options>());
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

async function main(name: string | undefined, options: Options): Promise<number> {
  if (options.list || name === undefined) {
    for (const { name: each, summary } of scenarios) console.log(`${each.padEnd(18)} ${summary}`);
    return options.list ? 0 : 2;
  }
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) {
    console.error(
      `There is no scenario '${name}'. There are: ${scenarios.map((each) => each.name).join(', ')}.`,
    );
    return 2;
  }
  const colours = process.stdout.isTTY && !process.env.NO_COLOR;
  const write = (line: string): void => console.log(line);
  const onTrace = options.quiet
    ? undefined
    : timeline({ write, colours, width: process.stdout.columns ?? 160, channels: channelNames() });

  const began = process.hrtime.bigint();
  const run = await rehearse(scenario, { seed: options.seed, ...(onTrace && { onTrace }) });
  const wallSeconds = Number(process.hrtime.bigint() - began) / 1e9;

  const summary = summarize(run, wallSeconds);
  printSummary(run, summary, write, colours);
  if (options.json !== undefined) writeJson(options.json, summary);
  return summary.invariants.every(({ violations }) => violations.length === 0) ? 0 : 1;
}

/** Slack's channel ids mean nothing to a reader. */
function channelNames(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(policy.alerts.sinks).flatMap(([name, sink]) =>
      sink.type === 'slack' ? [[sink.channel, name] as const] : [],
    ),
  );
}

function writeJson(file: string, summary: Summary): void {
  writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
}
