import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { formatSummary, type Summary, summarize } from './summary.ts';

/** The first two are what has to be done in 5 s together and 256 MB; the others show how it grows. */
const sizes = [
  { repositories: 200, images: 5000 },
  { repositories: 1, images: 100_000 },
  { repositories: 1, images: 25_000 },
  { repositories: 1, images: 50_000 },
  { repositories: 1, images: 200_000 },
] as const;

/** So often at most: one round takes a good part of a minute. */
const mostRuns = 3;

interface Planned {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly planned: number;
  readonly acts: number;
}

/**
 * Plans what becomes of the images of whole repositories. What is timed is the plan alone; the memory is that of the
 * process, with the repository that it is about.
 */
export const retentionPlan: Benchmark = {
  name: 'retention-plan',
  title: 'Retention plans (limits: the first two rows 5 s together, 256 MB)',
  async run({ runs, progress }) {
    const results: {
      name: string;
      seconds: Summary;
      cpu: Summary;
      microsecondsEach: number;
      rssMb: Summary;
      acts: number;
    }[] = [];
    for (const { repositories, images } of sizes) {
      const name = `${repositories} x ${images.toLocaleString('en-US')}`;
      const all: Planned[] = [];
      for (let run = 0; run < Math.min(runs, mostRuns); run++) {
        progress(name);
        all.push(await planInProcess(repositories, images));
      }
      const seconds = summarize(all.map((one) => one.seconds));
      const [{ planned = 0, acts = 0 } = {}] = all;
      results.push({
        name,
        seconds,
        cpu: summarize(all.map((one) => one.cpuSeconds)),
        microsecondsEach: (seconds.median / planned) * 1e6,
        rssMb: summarize(all.map((one) => one.rssMb)),
        acts,
      });
    }
    return {
      head: ['repositories x images', 'plan s', 'cpu s', 'µs an image', 'rss MB', 'not kept'],
      rows: results.map(({ name, seconds, cpu, microsecondsEach, rssMb, acts }) => [
        name,
        formatSummary(seconds),
        formatSummary(cpu),
        microsecondsEach.toFixed(2),
        rssMb.median.toFixed(0),
        String(acts),
      ]),
      numbers: results,
    };
  },
};

const run = promisify(execFile);

/** How Lambda starts Node.js in a function with 256 MB: of its memory 90 % for old objects, and 5 % for new ones. */
const memoryFlags = ['--max-old-space-size=230', '--max-semi-space-size=12'];

async function planInProcess(repositories: number, images: number): Promise<Planned> {
  const script = join(import.meta.dirname, 'retention-plan-process.ts');
  const { stdout } = await run(process.execPath, [
    ...memoryFlags,
    script,
    String(repositories),
    String(images),
  ]);
  return JSON.parse(stdout);
}
