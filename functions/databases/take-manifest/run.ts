import type { DatabaseQuestions } from '../../../shared/aws/database-questions.ts';
import type { Manifests } from '../../../shared/aws/restore-table.ts';
import type { Secrets } from '../../../shared/aws/secrets.ts';
import { readCredentials } from '../../../shared/database/credentials.ts';
import { describeQuestion } from '../../../shared/database/questions.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import { logOutcome, type Outcome } from '../../../shared/lambda/outcome.ts';
import type { World } from '../../../shared/lambda/world.ts';
import type { PolicySlice } from '../../../shared/policy/slice.ts';
import { proofQuestions } from '../../../shared/restores/manifest.ts';
import { mayBeCompared } from '../../../shared/restores/manifest-hours.ts';
import type { contract } from './contract.ts';

export interface TakeManifestDeps {
  readonly questions: DatabaseQuestions;
  readonly manifests: Manifests;
  readonly secrets: Secrets;
  readonly policy: PolicySlice<(typeof contract.policy)[number]>;
  readonly now: () => Date;
  readonly log: World<unknown>['log'];
}

type Instance = TakeManifestDeps['policy']['databases']['instances'][string];

/**
 * Takes the manifest of each database that a restore test may compare its copy with, of all at once: one that does not
 * answer keeps no other waiting.
 *
 * @param withinMs milliseconds until all has to be over
 * @throws RetryableError when a database gave no answer; a manifest that is taken a few minutes later is as good
 */
export async function takeManifests(deps: TakeManifestDeps, withinMs: number): Promise<readonly Outcome[]> {
  const instances = Object.entries(deps.policy.databases.instances);
  const outcomes = await Promise.all(
    instances.map(([name, instance]) => takeManifest(name, instance, deps, withinMs)),
  );
  for (const outcome of outcomes) logOutcome(deps.log, outcome);
  const missed = outcomes.filter(({ outcome }) => outcome === 'missed');
  if (missed.length > 0) {
    throw new RetryableError(missed.map(({ subject, reason }) => `${subject}: ${reason}`).join('; '));
  }
  return outcomes;
}

/** A question that is not answered is kept as such: nothing is compared with it, and everybody sees why. */
async function takeManifest(
  name: string,
  instance: Instance,
  { questions, manifests, secrets, policy, now }: TakeManifestDeps,
  withinMs: number,
): Promise<Outcome> {
  const { backups } = policy;
  const tier = backups.tiers[backups.databases[name]?.tier ?? ''];
  if (!mayBeCompared(tier, now())) {
    return {
      outcome: 'not needed',
      reason: 'no restore test can come to a backup of this hour',
      subject: name,
    };
  }
  const { host, port, database, readerSecret, proof } = instance;
  const { username: user, password } = await readCredentials(secrets, readerSecret);
  const takenAt = now().toISOString();
  const request = {
    target: { host, port, database },
    credentials: { user, password },
    questions: [...proofQuestions(proof)],
  };
  const { failure, answers } = await questions.ask(request, withinMs);
  if (failure) {
    // It may have been rotated a moment ago: the next attempt reads it anew.
    if (failure.kind === 'auth') secrets.forget(readerSecret);
    return { outcome: 'missed', reason: failure.reason, subject: name };
  }
  await manifests.put(name, { takenAt, completedAt: now().toISOString(), answers });
  const open = answers.filter((answer) => answer.failure);
  return {
    outcome: open.length === 0 ? 'taken' : 'partly taken',
    reason: `${answers.length - open.length} of ${answers.length} questions were answered`,
    subject: name,
    facts: { unanswered: open.map(({ question }) => describeQuestion(question)) },
  };
}
