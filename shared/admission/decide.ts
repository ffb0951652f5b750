import type { KnownOfImage } from '../aws/admission-table.ts';
import { allowanceHolds } from '../domain/allowance.ts';
import type { SwitchRow } from '../domain/standing.ts';
import { type CopyVerdict, copyVerdict, worstCopy } from './copy-verdict.ts';
import type { AdmissionPolicy } from './policy.ts';

/** An image that is to run somewhere. */
export interface Asked {
  /** As it was written. */
  readonly image: string;
  /** Whose registry it is in. Only images in ours are judged. Undefined: it is no image reference. */
  readonly registry: 'ours' | 'foreign' | undefined;
  readonly hasDigest: boolean;
  readonly environment: string;
  /** True when the workload names the very same image already, and something else of it changes. */
  readonly isUnchanged: boolean;
}

/** What DynamoDB tells of the image, by its digest. */
export interface Known extends KnownOfImage {
  /** The interlock: set while a failover or an exercise is open. */
  readonly interlock?: SwitchRow;
}

export interface Decision {
  readonly image: string;
  /** `warn`: it may run, and whoever asked is told why that is not as it should be. */
  readonly outcome: 'admit' | 'warn' | 'refuse';
  readonly because: Ground;
  /** One sentence for people, without its capital and full stop. */
  readonly reason: string;
  /** By copy, as far as they were looked at. */
  readonly verdicts: readonly CopyVerdict[];
}

/** What decided. `unsure`: it could not be told what the image is, or what is known of it. */
export type Ground = 'verdict' | 'unsure' | 'foreign' | 'unchanged' | 'running' | 'break-glass' | 'failover';

/**
 * Whether an image may run in an environment.
 *
 * 1. An image that the workload has already may stay.
 * 2. Of an image in our registry the worst copy counts. `pass` and `monitor` may run and `block` may not; for `review`
 *    and `unknown` the environment says. No verdict is `unknown`, and so is an image without a digest, for its tag can
 *    be moved after it was asked for, and whatever could not be read.
 * 3. For an image in another registry the policy says.
 * 4. What would be refused may run all the same if it runs in the cluster already, if a person has allowed it, or, while
 *    a failover is open, if there was a verdict once by which the environment would have let it run.
 *
 * @param known `unreadable` when DynamoDB gave no answer; undefined when there was nothing to ask
 */
export function decideAdmission(
  asked: Asked,
  known: Known | 'unreadable' | undefined,
  policy: AdmissionPolicy,
  now: Date,
): Decision {
  const { image } = asked;
  if (asked.isUnchanged) {
    return { image, outcome: 'admit', because: 'unchanged', reason: 'it is there already', verdicts: [] };
  }
  const byRules = decideByRules(asked, known, policy, now);
  if (byRules.outcome !== 'refuse' || known === 'unreadable' || known === undefined) return byRules;
  const exception = decideException(known, rulesOf(asked, policy), now);
  if (exception === undefined) return byRules;
  return {
    ...byRules,
    outcome: 'warn',
    because: exception.because,
    reason: `${exception.reason}, although: ${byRules.reason}`,
  };
}

type EnvironmentRules = AdmissionPolicy['environments'][string];

function rulesOf({ environment }: Asked, { environments }: AdmissionPolicy): EnvironmentRules {
  const rules = environments[environment];
  if (rules === undefined) throw new RangeError(`the policy has no environment '${environment}'`);
  return rules;
}

function decideByRules(
  asked: Asked,
  known: Known | 'unreadable' | undefined,
  policy: AdmissionPolicy,
  now: Date,
): Decision {
  const { image, environment } = asked;
  const rules = rulesOf(asked, policy);
  const unsure = (reason: string): Decision => ({
    image,
    outcome: rules.admission.unknown,
    because: 'unsure',
    reason,
    verdicts: [],
  });

  if (asked.registry === undefined) return unsure('it is not the name of an image');
  if (asked.registry === 'foreign') {
    const reason = 'it is not in our registry, and nobody here judges it';
    return {
      image,
      outcome: policy.images.admission.foreignImages,
      because: 'foreign',
      reason,
      verdicts: [],
    };
  }
  if (!asked.hasDigest) return unsure('it is named without its digest, and a tag can become another image');
  if (known === 'unreadable' || known === undefined) return unsure('its verdict could not be read');

  const verdicts = known.copies.map((record) => copyVerdict(record, environment, rules.verdicts, now));
  const worst = worstCopy(verdicts);
  if (worst === undefined) return { ...unsure('it has no verdict'), verdicts };
  return {
    image,
    outcome: outcomeOf(worst, rules),
    because: 'verdict',
    reason: `${worst.verdict} in ${worst.region}: ${worst.reason}`,
    verdicts,
  };
}

function outcomeOf(
  { verdict }: Pick<CopyVerdict, 'verdict'>,
  { admission }: EnvironmentRules,
): Decision['outcome'] {
  switch (verdict) {
    case 'pass':
    case 'monitor':
      return 'admit';
    case 'review':
      return admission.review;
    case 'unknown':
      return admission.unknown;
    case 'block':
      return 'refuse';
    default:
      return verdict satisfies never;
  }
}

function decideException(
  { running, allowance, interlock, copies }: Known,
  rules: EnvironmentRules,
  now: Date,
): Pick<Decision, 'because' | 'reason'> | undefined {
  if (running !== undefined && counts(running, now)) {
    return { because: 'running', reason: 'it runs in this cluster' };
  }
  if (allowance !== undefined && allowanceHolds(allowance, now)) {
    const { by, reason, until } = allowance;
    return { because: 'break-glass', reason: `${by} allowed it until ${until} (${reason})` };
  }
  if (interlock === undefined || !counts(interlock, now)) return undefined;
  const [good] = copies
    .flatMap(({ lastGood }) => lastGood ?? [])
    .filter((last) => outcomeOf(last, rules) !== 'refuse')
    .sort((one, other) => Number(one.at < other.at) - Number(one.at > other.at));
  return (
    good && {
      because: 'failover',
      reason: `a failover is open (${interlock.reason}) and its verdict of ${good.at} was ${good.verdict}`,
    }
  );
}

/** A row without an end counts until it is removed. */
function counts({ until }: { readonly until?: string }, now: Date): boolean {
  return until === undefined || new Date(until) > now;
}
