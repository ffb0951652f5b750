import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '../shared/policy/schema.ts';
import type { Synthesized } from './synthesize.ts';

/*
 * Loading the CDK and synthesizing takes three seconds, and the templates come from nothing but the policy and the
 * sources. They are kept under the digest of both, so that whatever only reads them (a rehearsal, `ops invoke`, the
 * tests) makes them once for each state of the sources. `cdk synth` and `cdk deploy` never look here.
 */

const root = join(import.meta.dirname, '..');

/** Below `node_modules`, where tools keep what may be deleted at any time. */
const folder = join(root, 'node_modules/.cache/aeon-ops');

/** What a synthesis can read: a change in any of these makes other templates, or might. */
const sourceFolders = ['.', 'infra', 'shared', 'functions'];

/** Templates that nobody asked for in so long are of a state of the sources that is gone. */
const keptMs = 24 * 3_600_000;

const known = new Map<string, ReadonlyMap<string, Synthesized>>();

/** The templates that `synthesize` makes from a policy, by stack name. They are shared: nobody may change them. */
export async function templatesOf(policy: Policy): Promise<ReadonlyMap<string, Synthesized>> {
  const sources = readSources();
  const key = createHash('sha256').update(sources.digest).update(JSON.stringify(policy)).digest('hex');
  const templates = known.get(key) ?? read(key) ?? (await make(policy, sources.areRunning ? key : undefined));
  known.set(key, templates);
  return templates;
}

function read(key: string): ReadonlyMap<string, Synthesized> | undefined {
  try {
    return new Map(JSON.parse(readFileSync(fileOf(key), 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param key left out, they are not kept */
async function make(policy: Policy, key: string | undefined): Promise<ReadonlyMap<string, Synthesized>> {
  const { synthesize } = await import('./synthesize.ts');
  const templates = synthesize(policy);
  if (key === undefined) return templates;
  try {
    keep(key, JSON.stringify([...templates]));
  } catch (error) {
    // A checkout that cannot be written to makes its templates each time.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw error;
  }
  return templates;
}

/** Renamed when it is complete: another process may read or write the same templates right now. */
function keep(key: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const modified = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (modified < Date.now() - keptMs) rmSync(join(folder, name), { force: true });
  }
  const draft = `${fileOf(key)}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, fileOf(key));
}

function fileOf(key: string): string {
  return join(folder, `${key}.json`);
}

interface Sources {
  /** Of the contents, so that a checkout or a save that changes nothing counts for nothing. */
  readonly digest: string;
  /** Whether this process can have loaded nothing else: none has been written since it started. */
  readonly areRunning: boolean;
}

function readSources(): Sources {
  const digest = createHash('sha256');
  let written = 0;
  for (const path of [join(root, 'package-lock.json'), ...sourceFolders.flatMap(sourcesIn)]) {
    digest.update(path).update(readFileSync(path));
    written = Math.max(written, statSync(path).ctimeMs);
  }
  return { digest: digest.digest('hex'), areRunning: written < performance.timeOrigin };
}

function sourcesIn(name: string): string[] {
  const recursive = name !== '.';
  return readdirSync(join(root, name), { recursive, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(root, name, path))
    .toSorted();
}

function codeOf(error: unknown): string {
  return Error.isError(error) && 'code' in error ? String(error.code) : '';
}
