import type { CopyId, KnownOfDigest } from '../../../shared/aws/verdict-table.ts';
import { isOpen, type QuarantineCase } from '../../../shared/domain/quarantine.ts';
import type { Standing } from '../../../shared/domain/standing.ts';
import type { VerdictRecord } from '../../../shared/domain/verdict-record.ts';
import { RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { resourceName } from '../../../shared/policy/resource.ts';
import { archiveCopy, rescanCopy, restoreCopy } from './act.ts';
import { announce } from './announce.ts';
import { caseOf, inState, isSameCase, withheld } from './case.ts';
import { type Decision, decideQuarantine } from './decide.ts';
import type { QuarantineDeps } from './deps.ts';
import { indexInCharge } from './index-in-charge.ts';
import { check, type Found, observe } from './observe.ts';
import { once } from './once.ts';
import type { Surroundings } from './surroundings.ts';

/** One invocation. */
export interface QuarantineRun {
  readonly account: string;
  readonly standing: Standing;
  /** True for a pass that asks anew who needs the copies which are held for that, or would be archived. */
  readonly isReview: boolean;
  readonly surroundings: Surroundings;
  /** Copies that have been looked at, by `<repository>@<digest>`. None is looked at twice. */
  readonly done: Set<string>;
  /** False from when time is running out: nothing more is begun. */
  readonly mayGoOn: () => boolean;
  /** Told of everything that people may look for in the log, as it happens. */
  readonly tell: (outcome: Outcome) => void;
}

export interface Looked extends Outcome {
  /** True when something was done, noted or told: the copy is not where it was. */
  readonly isNews: boolean;
}

/**
 * Brings one copy of an image to where it should be: archived while it is blocked and nobody needs it, and back when it
 * is blocked no more. Whatever led here is only a hint; everything is read anew.
 *
 * @throws what may pass: the next pass looks at the copy again
 */
export async function reconcile(
  repository: string,
  digest: string,
  run: QuarantineRun,
  deps: QuarantineDeps,
): Promise<Looked> {
  const copy = { region: deps.region, repository, digest };
  const end = (outcome: string, reason: string, isNews = false, facts?: Outcome['facts']): Looked => ({
    outcome,
    reason,
    subject: arnOf(copy, run),
    isNews,
    ...(facts && { facts }),
  });
  run.done.add(keyOf(copy));
  if (!isOfThePolicy(repository, deps)) return end('nothing', 'its repository is not in the policy');

  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const known = await deps.cases.of(copy);
    const knownOfDigest = once(() => deps.verdicts.of(digest));
    const { record } = known;
    const hasCase = known.case !== undefined && isOpen(known.case);
    if (record === undefined || (record.verdict !== 'block' && !hasCase)) {
      return end(
        'nothing',
        record === undefined ? 'it was never judged' : `its verdict is ${record.verdict}`,
      );
    }
    if (!hasCase || known.case?.archived.length === 0) {
      const charge = await indexInCharge(copy, record, knownOfDigest, deps);
      if (charge !== undefined) {
        const reason = `it is looked after with the index ${charge.index.digest}`;
        if (known.case !== undefined && hasCase) {
          await deps.cases.write(handedOver(known.case, reason, deps.now()));
        }
        return charge.case === 'open'
          ? reconcileOnce(charge.index, run, deps)
          : end('nothing', reason, hasCase);
      }
    }
    const found = await observe(copy, record, known, run.standing, deps);
    if (found === undefined) return end('nothing', 'it is an artifact that nothing judges');
    const decision = await decide(copy, found, run, knownOfDigest, deps);
    const carried = await carryOut(decision, found, record, known.case, run, deps);
    if (carried.outcome === 'overtaken') continue;
    const isTold =
      carried.case !== undefined && (await announce(carried.case, known.elsewhere, run.account, deps));
    const isNews = isTold || carried.case?.version !== known.case?.version;
    return end(carried.outcome, carried.reason, isNews, factsOf(carried.case, run));
  }
  throw new RetryableError(`other writers kept coming first on the quarantine of ${repository}@${digest}`);
}

const mostAttempts = 3;

/** What was told of it alone is told of the index from now on. */
function handedOver(of: QuarantineCase, reason: string, now: Date): QuarantineCase {
  return inState(of, { state: 'released', reason }, now);
}

async function decide(
  copy: CopyId,
  found: Found,
  { surroundings }: QuarantineRun,
  knownOfDigest: () => Promise<KnownOfDigest>,
  deps: QuarantineDeps,
): Promise<Decision> {
  const first = decideQuarantine(found.observed);
  if (first.do !== 'check') return first;
  const checks = await check(copy, found, surroundings, knownOfDigest, deps);
  return decideQuarantine({ ...found.observed, checks, now: deps.now() });
}

interface Carried {
  readonly outcome: string;
  readonly reason: string;
  /** As it is written now. Absent: there is none. */
  readonly case?: QuarantineCase | undefined;
}

async function carryOut(
  decision: Decision,
  { observed, facts }: Found,
  record: VerdictRecord,
  known: QuarantineCase | undefined,
  { surroundings }: QuarantineRun,
  deps: QuarantineDeps,
): Promise<Carried> {
  const { reason } = decision;
  const base = withoutSpentRequest(caseOf(facts, known, deps.policy), observed.rescan, deps.now());
  const put = async (outcome: string, next: QuarantineCase): Promise<Carried> => {
    if (known !== undefined && isSameCase(known, next)) return { outcome, reason, case: known };
    const written = await deps.cases.write(next);
    return written === undefined ? { outcome: 'overtaken', reason } : { outcome, reason, case: written };
  };
  switch (decision.do) {
    case 'nothing':
    case 'check':
      return { outcome: 'nothing', reason, case: known };
    case 'await':
      return { outcome: 'awaited', reason, case: known };
    case 'watch':
    case 'hold':
      return put(decision.do === 'hold' ? 'held' : 'watched', withheld(base, decision, deps.now()));
    case 'archive':
      surroundings.forget(record.repository);
      return archiveCopy(base, decision, deps);
    case 'restore':
      return restoreCopy(base, decision, deps);
    case 'rescan': {
      const written = await rescanCopy(base, facts, deps);
      return { outcome: written === undefined ? 'overtaken' : 'rescanned', reason, case: written };
    }
    case 'close': {
      const { request: _over, ...rest } = base;
      return put(
        'closed',
        inState({ ...rest, archived: [], left: [] }, { state: decision.as, reason }, deps.now()),
      );
    }
    default:
      return decision satisfies never;
  }
}

function withoutSpentRequest(
  of: QuarantineCase,
  rescan: Found['observed']['rescan'],
  now: Date,
): QuarantineCase {
  const { request, ...rest } = of;
  if (request === undefined) return of;
  const isSpent = Date.parse(request.until) <= now.getTime() || rescan === 'judged' || rescan === 'overdue';
  return isSpent ? rest : of;
}

async function reconcileOnce(index: CopyId, run: QuarantineRun, deps: QuarantineDeps): Promise<Looked> {
  if (!run.done.has(keyOf(index))) return reconcile(index.repository, index.digest, run, deps);
  const reason = 'its index was just looked at';
  return { outcome: 'nothing', reason, subject: arnOf(index, run), isNews: false };
}

function factsOf(of: QuarantineCase | undefined, { standing }: QuarantineRun): Outcome['facts'] {
  if (of === undefined) return { standing: standing.may };
  const { state, heldBy, fixBy, environment, tags } = of;
  return { state, environment, tags, fixBy, ...(heldBy && { heldBy }), standing: standing.may };
}

/** What stands in the registry beside the repositories of the policy is nobody's business here. */
export function isOfThePolicy(repository: string, { policy }: QuarantineDeps): boolean {
  return Object.values(policy.services).some((service) => resourceName(service.repository) === repository);
}

export function keyOf({ repository, digest }: Pick<CopyId, 'repository' | 'digest'>): string {
  return `${repository}@${digest}`;
}

export function arnOf({ region, repository, digest }: CopyId, { account }: QuarantineRun): string {
  return `arn:aws:ecr:${region}:${account}:repository/${repository}/${digest}`;
}
