import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What Lambda's Init phase costs: a process is started, and loads the module that exports `handler`. */
export interface Start {
  /** Milliseconds to load the module. */
  readonly import: number;
  /** Milliseconds from the start of the process, as Node.js counts it, until the handler was found. */
  readonly ready: number;
  /** Milliseconds of CPU time, user and system, until then. */
  readonly cpu: number;
  /** MiB, at most. */
  readonly rss: number;
}

/** Runs in the measured process, out of its source text: it can use nothing around it. */
async function probe(): Promise<void> {
  const before = performance.now();
  const { handler } = await import(process.argv[2] ?? '');
  const ready = performance.now();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  if (typeof handler !== 'function') throw new Error('it exports no function named handler');
  const start: Start = {
    import: ready - before,
    ready,
    cpu: (userCPUTime + systemCPUTime) / 1000,
    rss: maxRSS / 1024,
  };
  process.getBuiltinModule('node:fs').writeSync(1, JSON.stringify(start));
  process.exit(0);
}

/** The script that `startIn` runs. It is plain JavaScript, so that no stripping of types is measured. */
export const probeScript = `await (${probe})();`;

const run = promisify(execFile);

/**
 * @param probeFile holds `probeScript`; its name ends in `.mjs`
 * @throws Error with what the process wrote to its standard error, when the module could not be loaded
 */
export async function startIn(
  environment: Record<string, string>,
  module: string,
  probeFile: string,
): Promise<Start> {
  const { stdout } = await run(process.execPath, [probeFile, pathToFileURL(module).href], {
    env: environment,
  });
  return JSON.parse(stdout);
}
