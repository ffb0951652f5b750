import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { replacements } from './sdk-replacements.ts';

const nodeModules = join(import.meta.dirname, '../../node_modules');

/**
 * Leaves out of the bundle what the AWS SDK brings along for other places than Lambda.
 *
 * @throws Error when a replaced file is no longer where it was: the SDK was upgraded, and its replacement needs
 * another look
 */
export const sdkOnLambda: Plugin = {
  name: 'sdk-on-lambda',
  setup(build) {
    for (const { file, source } of replacements) {
      if (!existsSync(join(nodeModules, file))) {
        throw new Error(
          `The AWS SDK has no ${file} any more. See where its code went, and adapt infra/bundling/sdk-replacements.ts.`,
        );
      }
      build.onLoad({ filter: endingIn(file) }, ({ path }) => ({
        contents: source,
        loader: 'js',
        resolveDir: dirname(path),
      }));
    }
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, ({ path }) => ({
      contents: versionAlone(path),
      loader: 'json',
    }));
    build.onLoad(
      { filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/][^\\/]+\.js$/ },
      ({ path }) => ({
        contents: withPlainKeys(readFileSync(path, 'utf8')),
        loader: 'js',
      }),
    );
  },
};

function endingIn(file: string): RegExp {
  return new RegExp(`[\\\\/]${file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
}

/** Each client imports its whole package.json, to tell its version in the user agent. */
function versionAlone(packageJson: string): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(packageJson, 'utf8'));
  return JSON.stringify({ version });
}

/**
 * Writes the keys of objects that are names of constants (`{ [_h]: … }`) as the texts that they stand for.
 *
 * A key that is computed could run code, and so esbuild keeps every object that has one: of a client whose protocol is
 * REST all operations stayed in, whether anything calls them or not. [140 KB of a function that uses Amazon S3, AWS Lambda
 * and Amazon EKS]
 */
function withPlainKeys(schemas: string): string {
  const texts = new Map(
    [...schemas.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return schemas.replace(/\[(\w+)\](?=:)/g, (key, name) => texts.get(name) ?? key);
}
