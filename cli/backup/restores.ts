import type { Policy } from '../../shared/policy/schema.ts';
import type { Proof } from '../../shared/restores/proof.ts';

/** The restore tests of one tier in one Region. */
export interface RestoreStatus {
  readonly tier: string;
  readonly region: string;
  readonly restoreWithinSeconds: number;
  /**
   * - `proven`: the last test that ended proved its recovery point, in time
   * - `bad`: it proved the contrary, took too long, or its checks cannot fail
   * - `unproven`: nothing is known, since the last one was not judged or there was none
   */
  readonly status: 'proven' | 'bad' | 'unproven';
  /** Why, in a sentence. */
  readonly reason: string;
  readonly lastProven?: Proof;
  /** Those that restored anything, the oldest first. */
  readonly timed: readonly TimedProof[];
}

export interface TimedProof {
  readonly at: Date;
  readonly seconds: number;
  readonly outcome: NonNullable<Proof['conclusion']>['outcome'] | 'under way';
}

/** A row for each tier and Region, whether or not a test restores there. */
export function assessRestores(
  proofs: readonly Proof[],
  { backups, regions }: Pick<Policy, 'backups' | 'regions'>,
): readonly RestoreStatus[] {
  return Object.entries(backups.tiers).flatMap(([tier, { restoreTest, restoreWithinMinutes }]) =>
    (restoreTest?.regions ?? [regions.primary]).map((region) => {
      const ours = proofs
        .filter((proof) => proof.tier === tier && proof.region === region)
        .toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
      const proven = ours.findLast(({ conclusion }) => isProof(conclusion?.outcome));
      return {
        tier,
        region,
        restoreWithinSeconds: restoreWithinMinutes * 60,
        ...judge(ours, restoreTest !== undefined),
        ...(proven !== undefined && { lastProven: proven }),
        timed: ours.flatMap(({ createdAt, restoreSeconds, conclusion }) =>
          restoreSeconds === undefined
            ? []
            : [
                {
                  at: new Date(createdAt),
                  seconds: restoreSeconds,
                  outcome: conclusion?.outcome ?? ('under way' as const),
                },
              ],
        ),
      };
    }),
  );
}

function judge(proofs: readonly Proof[], isTested: boolean): Pick<RestoreStatus, 'status' | 'reason'> {
  if (!isTested) return { status: 'unproven', reason: 'no test restores this tier' };
  const last = proofs.findLast(({ conclusion }) => conclusion !== undefined)?.conclusion;
  if (last === undefined) return { status: 'unproven', reason: 'no test has ended yet' };
  const { outcome, reason } = last;
  if (outcome === 'proven') return { status: 'proven', reason };
  const isUnknown = outcome === 'unproven' || outcome === 'not-judged';
  return { status: isUnknown ? 'unproven' : 'bad', reason: `${outcome}: ${reason}` };
}

/** One that took too long was still a restore of the right data. */
function isProof(outcome: NonNullable<Proof['conclusion']>['outcome'] | undefined): boolean {
  return outcome === 'proven' || outcome === 'slow';
}
