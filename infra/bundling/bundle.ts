import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { builtins } from './builtins.ts';
import { type FunctionSource, policySlice } from './policy-slice.ts';
import { sdkOnLambda } from './sdk-on-lambda.ts';

export interface BundleProps {
  readonly functions: readonly FunctionSource[];
  readonly policy: object;
  readonly outdir: string;
  /** The folder that holds `ops.config.ts` and `functions/`. */
  readonly root?: string;
}

export interface Bundle {
  /** What is deployed: `handler.mjs`, alone. Lambda's name for the handler is `handler.handler`. */
  readonly folder: string;
  readonly file: string;
  readonly bytes: number;
}

/**
 * Bundles the functions, each with the AWS SDK's clients it uses: the SDK that Lambda brings along is of another
 * version in each Region, and is slower to load from its many files.
 *
 * Source maps are written beside the folders and not into them. Node.js would read one at every start in which it was
 * told to use source maps, and a change of nothing but comments would deploy the function anew.
 *
 * @returns the bundles by function id
 * @throws BuildFailure naming file and line of what could not be bundled
 */
export async function bundleFunctions({
  functions,
  policy,
  outdir,
  root = projectRoot,
}: BundleProps): Promise<ReadonlyMap<string, Bundle>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: functions.map(({ id }) => ({ in: `functions/${id}/handler.ts`, out: folderName(id) })),
    outdir: resolve(outdir),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The ES module build of a package is the one that esbuild can drop unused code from.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    write: false,
    logLevel: 'silent',
    plugins: [policySlice(root, functions, policy), builtins, sdkOnLambda],
  });

  const written = await Promise.all(functions.map(({ id }) => write(id, resolve(outdir), outputFiles)));
  return new Map(written);
}

const projectRoot = join(import.meta.dirname, '../..');

async function write(id: string, outdir: string, outputs: readonly OutputFile[]): Promise<[string, Bundle]> {
  const folder = join(outdir, folderName(id));
  const file = join(folder, 'handler.mjs');
  const code = contentsOf(`${folder}.mjs`, outputs);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(file, code);
  await writeFile(`${folder}.mjs.map`, contentsOf(`${folder}.mjs.map`, outputs));
  return [id, { folder, file, bytes: code.byteLength }];
}

function contentsOf(path: string, outputs: readonly OutputFile[]): Uint8Array {
  const found = outputs.find((output) => output.path === path);
  if (found) return found.contents;
  throw new Error(`esbuild was to make ${path}, and made ${outputs.map((output) => output.path).join(', ')}`);
}

function folderName(id: string): string {
  return id.replaceAll('/', '-');
}
