import { join, relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { slicePolicy } from '../../shared/policy/slice.ts';

/** A function by its folder below `functions/`, and the parts of the policy that its contract names. */
export interface FunctionSource {
  /** `images/judge-scan` */
  readonly id: string;
  readonly policy: readonly string[];
}

/**
 * Where a function imports `ops.config.ts`, it gets the parts of the policy that its contract names, as JSON. An edit
 * elsewhere in the policy leaves its bundle as it was, and the policy's schema stays out of it.
 */
export function policySlice(root: string, functions: readonly FunctionSource[], policy: object): Plugin {
  const paths = new Map(functions.map((source) => [source.id, source.policy]));
  return {
    name: 'policy-slice',
    setup(build) {
      build.onResolve({ filter: /[\\/]ops\.config\.ts$/ }, ({ importer, resolveDir, path }) => {
        if (join(resolveDir, path) !== join(root, 'ops.config.ts')) return undefined;
        const id = relative(join(root, 'functions'), resolveDir).split(sep).join('/');
        if (paths.has(id)) return { path: id, namespace: 'policy-slice' };
        const where = relative(root, importer);
        return {
          errors: [
            { text: `${where} imports the policy: only a function's handler.ts may, and hands it on.` },
          ],
        };
      });
      build.onLoad({ filter: /.*/, namespace: 'policy-slice' }, ({ path }) => ({
        contents: JSON.stringify(slicePolicy(policy, paths.get(path) ?? [])),
        loader: 'json',
      }));
    },
  };
}
