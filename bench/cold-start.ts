import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../infra/bundling/bundle.ts';
import { contracts } from '../infra/functions.ts';
import { functionIdOf } from '../infra/names.ts';
import policy from '../ops.config.ts';
import type { Benchmark, BenchmarkOptions } from './benchmark.ts';
import { probeScript, type Start, startIn } from './fresh-process.ts';
import { environmentOf } from './lambda-environment.ts';
import { formatSummary, type Summary, summarize } from './summary.ts';

/**
 * How long the functions take until they can be invoked for the first time.
 *
 * Milliseconds are this machine's, and not Lambda's: what carries over is the time divided by that of a handler that
 * does nothing. Each round starts every function once, and the empty handler, so that a busy spell of the machine hits
 * all alike.
 */
export const coldStart: Benchmark = {
  name: 'cold-start',
  title: 'Start of the functions: a fresh process until the handler is found',
  async run(options) {
    const folder = await mkdtemp(join(tmpdir(), 'aeon-ops-bench-'));
    try {
      const results = await measure(await prepare(folder), join(folder, 'probe.mjs'), options);
      const empty = results[0]?.ready.median ?? Number.NaN;
      return {
        head: ['function', 'KB', 'import ms', 'ready ms', 'x empty', 'cpu ms', 'rss MB'],
        rows: results.map(({ name, bytes, ready, cpu, rss, ...result }) => [
          name,
          (bytes / 1024).toFixed(1),
          formatSummary(result.import),
          formatSummary(ready),
          (ready.median / empty).toFixed(2),
          formatSummary(cpu),
          rss.median.toFixed(0),
        ]),
        numbers: results.map((result) => ({ ...result, timesEmpty: result.ready.median / empty })),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Subject {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly environment: Record<string, string>;
}

type Result = Pick<Subject, 'name' | 'bytes'> & { readonly [Key in keyof Start]: Summary };

/** The empty handler first. */
async function prepare(folder: string): Promise<readonly Subject[]> {
  const emptyHandler = 'export const handler = async () => ({});\n';
  const emptyFile = join(folder, 'empty.mjs');
  await writeFile(emptyFile, emptyHandler);
  await writeFile(join(folder, 'probe.mjs'), probeScript);

  const functions = contracts.map((contract) => ({ ...contract, id: functionIdOf(contract) }));
  const bundles = await bundleFunctions({ functions, policy, outdir: join(folder, 'dist') });
  return [
    {
      name: '(empty handler)',
      file: emptyFile,
      bytes: Buffer.byteLength(emptyHandler),
      environment: environmentOf({ env: {} }),
    },
    ...functions.flatMap((contract) => {
      const bundle = bundles.get(contract.id);
      return bundle ? [{ name: contract.id, ...bundle, environment: environmentOf(contract) }] : [];
    }),
  ];
}

async function measure(
  subjects: readonly Subject[],
  probeFile: string,
  { runs, progress }: BenchmarkOptions,
): Promise<readonly Result[]> {
  const starts = new Map<Subject, Start[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round <= runs; round++) {
    progress(round === 0 ? 'warm-up' : `round ${round} of ${runs}`);
    for (const [subject, all] of starts) {
      const start = await startIn(subject.environment, subject.file, probeFile);
      if (round > 0) all.push(start);
    }
  }
  return [...starts].map(([{ name, bytes }, all]) => ({
    name,
    bytes,
    import: summarize(all.map((start) => start.import)),
    ready: summarize(all.map((start) => start.ready)),
    cpu: summarize(all.map((start) => start.cpu)),
    rss: summarize(all.map((start) => start.rss)),
  }));
}
