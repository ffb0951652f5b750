import * as z from 'zod';
import { lintPolicy } from './lint.ts';
import type { PolicyProblem } from './rule.ts';
import { Policy } from './schema.ts';

/**
 * Checks a policy's shape and then, when the shape is right, its sense.
 *
 * @returns the policy, typed
 * @throws PolicyError listing every problem with its path, the value given, the fact it runs into and a way out
 */
export function checkPolicy(given: unknown): Policy {
  const parsed = Policy.safeParse(given);
  if (!parsed.success) throw new PolicyError(parsed.error.issues.map((issue) => shapeProblem(issue, given)));
  const problems = lintPolicy(parsed.data);
  if (problems.length > 0) throw new PolicyError(problems);
  return parsed.data;
}

export class PolicyError extends Error {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(
      `The policy in ops.config.ts has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map(describe).join('\n')}`,
    );
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

function describe(problem: PolicyProblem): string {
  return [
    `  ${problem.path}: ${problem.fact}`,
    `      given: ${JSON.stringify(problem.value) ?? 'nothing'}`,
    `      remedy: ${problem.remedy}`,
  ].join('\n');
}

function shapeProblem(issue: z.core.$ZodIssue, given: unknown): PolicyProblem {
  const path = z.core.toDotPath(issue.path) || '(the policy itself)';
  const value = valueAt(given, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `'${key}'`).join(', ');
    return {
      path,
      value: issue.keys,
      fact: `the policy has no key ${keys}, so it would be ignored`,
      remedy: `remove ${keys}, or correct the spelling (see shared/policy/schema.ts)`,
    };
  }
  if (value === undefined) {
    return { path, value, fact: 'it is missing', remedy: `add it: ${issue.message}` };
  }
  return { path, value, fact: 'the value is not of the right form', remedy: issue.message };
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  );
}
