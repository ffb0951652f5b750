import type { RestoreJob } from '../../../shared/backups/observed.ts';
import type { AskRequest } from '../../../shared/database/exchange.ts';
import { decideControl, planControl } from '../../../shared/restores/control.ts';
import { decideRestore } from '../../../shared/restores/decide.ts';
import { proofQuestions } from '../../../shared/restores/manifest.ts';
import { atStage, type Control, type Proof } from '../../../shared/restores/proof.ts';
import { ask } from './ask.ts';
import { type Carried, write } from './carried.ts';
import type { VerifyDeps, VerifyRun } from './deps.ts';
import { expectedOf } from './expected.ts';
import { instanceOf } from './policy.ts';

/** Asks the copy everything, and decides about what it answers. */
export async function judgeDatabase(
  job: RestoreJob,
  proof: Proof,
  run: VerifyRun,
  deps: VerifyDeps,
): Promise<Carried> {
  const { name, how } = knownOf(job, deps);
  const expected = await expectedOf(job, proof, name, deps);
  if ('awaits' in expected) return { ends: 'awaited', reason: expected.awaits };
  const asked = await ask(job, proof, { questions: [...proofQuestions(how)] }, run, deps);
  if (!('reply' in asked)) return asked;
  const { answers } = asked.reply;
  const verdict = decideRestore(answers, expected, how, deps.now());
  const { before, after } = expected;
  return write(
    {
      ...atStage(asked.proof, 'judged', deps.now()),
      judgement: {
        ...verdict,
        steps: verdict.verdict === 'good' ? planControl(answers, verdict.checks, how) : [],
        ...(before && { before: before.takenAt }),
        ...(after && { after: after.takenAt }),
      },
    },
    deps,
  );
}

/**
 * Spoils the copy, and asks it once more. From the moment that this is written down the copy is no evidence any more, so
 * nothing that was answered by it is taken for a judgement after that.
 */
export async function spoilDatabase(
  job: RestoreJob,
  proof: Proof,
  run: VerifyRun,
  deps: VerifyDeps,
): Promise<Carried> {
  const { name, how } = knownOf(job, deps);
  const { judgement } = proof;
  if (judgement === undefined) throw new RangeError('only what was judged is spoiled');
  if (proof.stage !== 'spoiling') return write(atStage(proof, 'spoiling', deps.now()), deps);
  const { steps } = judgement;
  const conclude = (of: Proof, control: Control): Promise<Carried> =>
    write({ ...atStage(of, 'judged', deps.now()), control }, deps);
  if (steps.length === 0) return conclude(proof, decideControl([], [], []));
  const expected = await expectedOf(job, proof, name, deps);
  if ('awaits' in expected) return { ends: 'awaited', reason: expected.awaits };
  const request: Pick<AskRequest, 'spoil' | 'questions'> = {
    spoil: { isRestoredCopy: true, changes: steps.map(({ spoil }) => spoil) },
    questions: [...proofQuestions(how)],
  };
  const asked = await ask(job, proof, request, run, deps);
  if (!('reply' in asked)) return asked;
  const { spoiled, answers } = asked.reply;
  const { checks } = decideRestore(answers, expected, how, deps.now());
  return conclude(asked.proof, decideControl(steps, spoiled, checks));
}

function knownOf(job: RestoreJob, { policy }: VerifyDeps) {
  const known = instanceOf(job, policy);
  if (known === undefined) throw new RangeError(`the policy does not know ${job.sourceResourceArn}`);
  return { name: known.name, how: known.instance.proof };
}
