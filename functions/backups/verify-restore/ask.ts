import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { Answer } from '../../../shared/database/answers.ts';
import type { AskReply, AskRequest } from '../../../shared/database/exchange.ts';
import type { Proof } from '../../../shared/restores/proof.ts';
import { type Carried, overtaken } from './carried.ts';
import { patience } from './decide.ts';
import type { VerifyDeps, VerifyRun } from './deps.ts';
import { instanceOf } from './policy.ts';

/** A password takes minutes to come into effect. One that has not in this time was never set. */
const passwordMs = 20 * 60_000;

/** Milliseconds that are kept to write down what was answered. */
const reservedMs = 30_000;

/** Milliseconds that a question needs at least, to be worth asking. */
const leastMs = 60_000;

/** The reply, with the proof that says who asked; or why there is none. */
export type Asked = { readonly reply: AskReply; readonly proof: Proof } | Carried;

/**
 * Asks the copy. It is asked by one run at a time: the claim says until when the others leave it alone. What may be
 * answered later is asked again by a later run.
 */
export async function ask(
  job: RestoreJob,
  proof: Proof,
  what: Pick<AskRequest, 'spoil' | 'questions'>,
  run: VerifyRun,
  deps: VerifyDeps,
): Promise<Asked> {
  const known = instanceOf(job, deps.policy);
  const { target } = proof;
  if (known === undefined || target === undefined) {
    throw new RangeError(`nobody knows where the copy of ${job.sourceResourceArn} answers`);
  }
  const leftMs = run.leftMs() - reservedMs;
  if (leftMs < leastMs) return { ends: 'awaited', reason: 'there is no time left in this run' };
  const claimed = await deps.proofs.write({
    ...proof,
    asked: proof.asked + 1,
    claimedUntil: new Date(deps.now().getTime() + leftMs + reservedMs).toISOString(),
  });
  if (claimed === undefined) return overtaken;
  const { user, ...endpoint } = target;
  const request: AskRequest = {
    target: { ...endpoint, database: known.instance.database },
    credentials: { user, password: await deps.passwordFor(job.id) },
    ...what,
  };
  const reply = await deps.questions.ask(request, leftMs);
  const failure = whyAskAgain(reply, claimed);
  return failure === undefined ? { reply, proof: claimed } : putOff(claimed, failure, deps);
}

/** The last time that it may be asked, whatever was answered has to do. */
function whyAskAgain({ failure, answers }: AskReply, { asked }: Proof): AskReply['failure'] {
  if (failure) return failure;
  return asked < patience.times ? answers.map(lostAnswer).find((lost) => lost !== undefined) : undefined;
}

/** What may be answered when it is asked again. What the database itself says to a question is its answer. */
function lostAnswer({ failure }: Answer): AskReply['failure'] {
  return failure && ['unreachable', 'auth', 'timeout'].includes(failure.kind) ? failure : undefined;
}

/** A password that is refused is no attempt that failed. Refused long after it was set, it has to be set again. */
async function putOff(
  proof: Proof,
  { kind, reason }: NonNullable<AskReply['failure']>,
  deps: VerifyDeps,
): Promise<Carried> {
  const { claimedUntil: _over, openedAt, ...rest } = proof;
  const age = openedAt === undefined ? 0 : deps.now().getTime() - Date.parse(openedAt);
  const isOpen = openedAt !== undefined && !(kind === 'auth' && age > passwordMs);
  const written = await deps.proofs.write({
    ...rest,
    asked: kind === 'auth' ? rest.asked - 1 : rest.asked,
    lastFailure: reason,
    ...(isOpen && { openedAt }),
  });
  return written === undefined ? overtaken : { ends: 'unanswered', reason };
}
