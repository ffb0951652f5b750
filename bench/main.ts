import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { admission } from './admission.ts';
import type { Benchmark } from './benchmark.ts';
import { coldStart } from './cold-start.ts';
import { retentionMoto } from './retention-moto.ts';
import { retentionPlan } from './retention-plan.ts';
import { sweep } from './sweep.ts';
import { formatTable } from './table.ts';

const benchmarks: readonly Benchmark[] = [coldStart, admission, sweep, retentionPlan, retentionMoto];

const usage = `Usage: npm run bench -- [<benchmark>...] [--runs N] [--json FILE] [--endpoint URL]

Measures, on this machine, and prints a table for each benchmark; times are median (least..most).

  <benchmark>   ${benchmarks.map(({ name }) => name).join(', ')}; all when none is named
  --runs N      how often each thing is measured (default 15)
  --json FILE   write the numbers there as well
  --endpoint URL  of a moto server for retention-moto, in place of one that is started
`;

process.exitCode = await main();

/** @returns the exit code: 2 when the command line was not understood */
async function main(): Promise<number> {
  let wanted: Wanted;
  try {
    wanted = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (wanted.help) {
    process.stdout.write(usage);
    return 0;
  }

  const numbers: Record<string, unknown> = {};
  process.stdout.write(`${machine()}\n`);
  for (const { name, title, run } of wanted.benchmarks) {
    const measured = await run({
      runs: wanted.runs,
      progress: (done) => showProgress(`${name}: ${done}`),
      ...(wanted.endpoint !== undefined && { endpoint: wanted.endpoint }),
    });
    showProgress('');
    process.stdout.write(`\n${title}\n${formatTable(measured)}\n`);
    numbers[name] = measured.numbers;
  }
  if (wanted.json !== undefined) {
    writeFileSync(
      wanted.json,
      `${JSON.stringify({ machine: machine(), runs: wanted.runs, ...numbers }, null, 2)}\n`,
    );
  }
  return 0;
}

interface Wanted {
  readonly benchmarks: readonly Benchmark[];
  readonly runs: number;
  readonly json: string | undefined;
  readonly endpoint: string | undefined;
  readonly help: boolean;
}

/** @throws Error saying what on the command line is wrong */
function readArguments(): Wanted {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '15' },
      json: { type: 'string' },
      endpoint: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isSafeInteger(runs) || runs < 1) {
    throw new Error(`--runs ${values.runs}: give a whole number from 1`);
  }
  const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(', ')}`);
  return {
    benchmarks: benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    runs,
    json: values.json,
    endpoint: values.endpoint,
    help: values.help,
  };
}

/** How busy the machine was matters as much as what it is. */
function machine(): string {
  const processors = cpus();
  const load = loadavg()[0]?.toFixed(2);
  return `Node.js ${process.version}, ${processors.length} x ${processors[0]?.model.trim()}, load ${load}`;
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
