import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import type { QuarantineDeps } from './deps.ts';
import { arnOf, keyOf, type QuarantineRun, reconcile } from './run.ts';
import { screenOf } from './screen.ts';

/**
 * All copies of this Region that are blocked or have an open case: the sure path. Each copy of which there is news is
 * told of, and all of them together in one line.
 *
 * @throws RetryableError when some could not be looked at; all others were
 */
export async function reconcileAll(run: QuarantineRun, deps: QuarantineDeps): Promise<readonly Outcome[]> {
  const concerned = await deps.cases.concerned();
  const screen = await screenOf(concerned, run, deps);
  const outcomes: Outcome[] = [];
  const counts = new Map<string, number>();
  const failures = new Map<string, string>();
  const count = (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);
  const tell = (outcome: Outcome): void => {
    outcomes.push(outcome);
    run.tell(outcome);
  };

  const inOrder = concerned.toSorted((one, other) => Number(other.hasCase) - Number(one.hasCase));
  for (const [index, copy] of inOrder.entries()) {
    if (run.done.has(keyOf(copy))) continue;
    if (!run.mayGoOn()) {
      count('left for the next pass', inOrder.length - index);
      tell({
        outcome: 'unfinished',
        reason: `there was no time for all ${concerned.length} copies; the next pass goes on`,
        subject: `quarantine in ${deps.region}`,
      });
      break;
    }
    try {
      const stands = await screen(copy);
      if (stands !== undefined) {
        count(stands);
        continue;
      }
      const looked = await reconcile(copy.repository, copy.digest, run, deps);
      count(looked.outcome);
      if (looked.isNews) tell(looked);
    } catch (error) {
      const reason = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
      count('failed');
      // One cause often fails all copies of a repository.
      const cause = `${copy.repository}: ${reason}`;
      if (!failures.has(cause)) tell({ outcome: 'failed', reason, subject: arnOf(copy, run) });
      if (!failures.has(cause)) failures.set(cause, `${keyOf(copy)}: ${reason}`);
    }
  }
  tell({
    outcome: run.isReview ? 'reviewed' : 'looked through',
    reason: concerned.length === 0 ? 'nothing is blocked here' : sayCounts(concerned.length, counts),
    subject: `quarantine in ${deps.region}`,
    facts: { standing: run.standing.may, ...Object.fromEntries(counts) },
  });
  const [first] = failures.values();
  if (first !== undefined) {
    throw new RetryableError(
      `${counts.get('failed')} of ${concerned.length} copies could not be looked at, the first ${first}`,
    );
  }
  return outcomes;
}

function sayCounts(copies: number, counts: ReadonlyMap<string, number>): string {
  const said = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([what, times]) => `${times} ${what}`);
  return `${copies} ${copies === 1 ? 'copy' : 'copies'}: ${said.join(', ')}`;
}
