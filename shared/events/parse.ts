import * as z from 'zod/mini';
import { PermanentError } from '../lambda/errors.ts';
import { excerpt } from './excerpt.ts';

const problemsShown = 10;
const charactersShown = 300;

/**
 * Reads a value by a schema, or says everything that is wrong with it in one error:
 *
 * `The event 'ECR Image Scan' cannot be understood: account: expected string (given nothing); detail.image-digest:
 * expected a digest such as sha256:<hex> (given 'latest')`
 *
 * Wrong types and values are worded here. Checks and transforms in a schema bring their own words, which should begin
 * with "expected". All shown values together are held to 300 characters, and what stands under a key that sounds like
 * a secret is not shown.
 *
 * @param what names the value in the error
 * @throws PermanentError with the problems, also one by one in its facts
 */
export function parseOrRefuse<Output>(schema: z.ZodMiniType<Output>, value: unknown, what: string): Output {
  const result = z.safeParse(schema, value, { reportInput: true });
  if (result.success) return result.data;

  const { issues } = result.error;
  const limit = Math.floor(charactersShown / Math.min(issues.length, problemsShown));
  const problems = issues.slice(0, problemsShown).map((issue) => describe(issue, limit));
  if (issues.length > problemsShown) problems.push(`and ${issues.length - problemsShown} more`);
  throw new PermanentError(`${what} cannot be understood: ${problems.join('; ')}`, {
    facts: { what, problems },
  });
}

function describe(issue: z.core.$ZodIssue, limit: number): string {
  const path = issue.path.map((key) => String(key).slice(0, 60)).join('.');
  const where = path === '' ? '' : `${path}: `;
  return `${where}${expectation(issue)} (given ${given(issue, limit)})`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'nonoptional' ? 'expected a value' : `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => excerpt(value, 80)).join(' or ')}`;
    case 'unrecognized_keys':
      return `expected no ${issue.keys.map((key) => excerpt(key, 80)).join(', ')}`;
    case 'invalid_union':
      return 'expected one of the forms that are known';
    default:
      return issue.message;
  }
}

const secretKey =
  /secret|token|passw|credential|authori[sz]ation|signature|private|cookie|webhook|receipthandle|api-?key/i;

function given({ path, input }: z.core.$ZodIssue, limit: number): string {
  const isSecret = path.some((key) => typeof key === 'string' && secretKey.test(key));
  return typeof input === 'string' && isSecret
    ? `${input.length} characters, not shown`
    : excerpt(input, limit);
}
