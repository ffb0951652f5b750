import * as z from 'zod/mini';
import { Count } from './count.ts';
import { lenient } from './lenient.ts';
import { OptionalText } from './text.ts';

/*
 * The members of AWS Backup's events, whatever form they have: one kind writes as text what another writes as a number,
 * and what is not there yet may be missing, '' or {}.
 */

/** An ARN, a name or an id. */
export const OptionalName = lenient(OptionalText, undefined);

/** In bytes. */
export const OptionalSize = lenient(z.optional(Count), undefined);

/** `true`, `false`, "true" or "false". */
export const OptionalFlag = z.pipe(
  z.optional(z.unknown()),
  z.transform((value) =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
  ),
);

/** Without the quotes that AWS Backup puts around some. */
export const OptionalMessage = z.pipe(
  z.optional(z.unknown()),
  z.transform((value) => {
    if (typeof value !== 'string') return undefined;
    return /^"(.*)"$/s.exec(value.trim())?.[1] ?? (value.trim() || undefined);
  }),
);

/** Both names under which an event may say where its job or recovery point stands. */
export const stateMembers = { state: OptionalName, status: OptionalName };

/** Of the two the one that is there, in capitals; a restore job has a `state` while it is new, and then a `status`. */
export function stateOf(
  { state, status }: { readonly state: string | undefined; readonly status: string | undefined },
  context: Pick<z.core.ParsePayload, 'issues'>,
): string {
  const known = status ?? state;
  if (known !== undefined) return known.toUpperCase();
  context.issues.push({ code: 'custom', input: undefined, message: "expected a 'state' or a 'status'" });
  return z.NEVER;
}
