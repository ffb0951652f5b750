import type { Policy } from './schema.ts';

/** A dotted path into the policy, at most three keys deep: `environments`, `images.mode`. */
export type PolicyPath = PathsOf<Policy>;

type PathsOf<T, Depth extends readonly unknown[] = [1, 1, 1]> = Depth extends readonly [
  unknown,
  ...infer Rest,
]
  ? { [K in keyof T & string]: string extends K ? never : K | `${K}.${PathsOf<T[K], Rest>}` }[keyof T &
      string]
  : never;

/** The policy with nothing in it but the paths named. The whole policy is assignable to any slice of itself. */
export type PolicySlice<Path extends string> = Merge<Path extends string ? Picked<Policy, Path> : never>;

type Picked<T, Path extends string> = Path extends `${infer Key}.${infer Rest}`
  ? Key extends keyof T
    ? { readonly [K in Key]: Picked<T[K], Rest> }
    : never
  : Path extends keyof T
    ? { readonly [K in Path]: T[K] }
    : never;

type Merge<Union> = (Union extends unknown ? (part: Union) => void : never) extends (
  whole: infer Whole,
) => void
  ? Whole
  : never;

/**
 * Copies the named paths out of the policy. This is what the bundler compiles into a function in place of
 * `ops.config.ts`, so that an edit elsewhere in the policy does not change, and so redeploy, the function.
 *
 * @throws RangeError when a path names nothing in the policy
 */
export function slicePolicy(policy: object, paths: readonly string[]): Record<string, unknown> {
  const slice: Record<string, unknown> = {};
  for (const path of paths) {
    const keys = path.split('.');
    let from: unknown = policy;
    let into = slice;
    for (const [depth, key] of keys.entries()) {
      if (!isRecord(from) || !(key in from)) {
        throw new RangeError(
          `policy path '${path}' names nothing: there is no '${keys.slice(0, depth + 1).join('.')}'`,
        );
      }
      from = from[key];
      if (depth === keys.length - 1) into[key] = from;
      else {
        const next = into[key];
        const branch = isRecord(next) ? { ...next } : {};
        into[key] = branch;
        into = branch;
      }
    }
  }
  return slice;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
