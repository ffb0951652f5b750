import { recordKey } from '../../../shared/aws/verdict-table.ts';
import { judgeImage } from '../../../shared/judging/judge.ts';
import { describeError, type SweepDeps } from './deps.ts';
import type { Gap } from './gaps.ts';
import { patiently } from './patience.ts';
import { type PlanRules, whyStale } from './plan.ts';
import type { RepositorySweep } from './repository.ts';
import type { RepositoryGaps } from './repository-gaps.ts';

const scope = 'quarantined';

/**
 * Judges the quarantined images of the Region, which no listing of what can be pulled holds: by what was saved of them,
 * and the waivers and the policy of today. It is how a waiver releases what it was made for.
 *
 * One that can be pulled was looked at with its repository, and is fresh.
 */
export async function sweepQuarantined(
  run: RepositorySweep,
  rules: PlanRules,
  deps: SweepDeps,
): Promise<RepositoryGaps> {
  const failures: string[] = [];
  try {
    const copies = (await patiently(() => deps.cases.concerned(), run)).filter(({ hasCase }) => hasCase);
    const records = await patiently(() => deps.verdicts.records(copies), run);
    const done = new Set<string>();
    for (const copy of copies) {
      const record = records.get(recordKey(copy));
      if (record === undefined || done.has(copy.digest)) continue;
      const { digest, kind, tags, repository } = record;
      const image = { digest, kind, tags, pushedAt: new Date(record.pushedAt) };
      if (whyStale(image, record, rules, false, deps.now()) === undefined) continue;
      if (!run.mayGoOn()) {
        failures.push('there was no time for all of them');
        break;
      }
      const { account, standing } = run;
      try {
        const judged = await patiently(
          () => judgeImage({ account, repository, digest }, standing, deps, done),
          run,
        );
        for (const each of judged) if (each.facts?.announced === true) run.tell(each);
      } catch (error) {
        failures.push(`${digest}: ${describeError(error)}`);
      }
    }
    for (const record of (await deps.verdicts.records(copies)).values()) run.use.note(record);
  } catch (error) {
    failures.push(describeError(error));
  }
  const [first] = failures;
  return { gaps: first === undefined ? [] : [gapOf(first, deps)], unseen: [] };
}

function gapOf(failure: string, { policy, region }: SweepDeps): Gap {
  return {
    scope,
    subject: `quarantined images in ${region}`,
    environment: policy.images.environmentWhenUnclear,
    reason: `they could not all be judged anew: ${failure}`,
    facts: { gap: scope, kind: 'unswept', tags: [] },
  };
}
