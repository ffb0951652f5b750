import * as z from 'zod';
import { verdictTableName } from '../../infra/names.ts';
import { resourceName } from '../../shared/policy/resource.ts';
import type { Run } from '../rehearsal.ts';
import type { Invariant } from './invariant.ts';

const Row = z.object({ copy: z.object({ S: z.string() }), digest: z.object({ S: z.string() }) });
const WithRecord = z.object({ record: z.object({ S: z.string() }) });
const Record = z.object({ verdict: z.string(), since: z.string() });
const Case = z.object({
  state: z.string(),
  telling: z.optional(z.object({ outcome: z.string(), isTold: z.boolean() })),
});

/** Two passes, and what comes between. */
const graceMs = 60 * 60_000;

/** Outcomes after which an image may still be pulled. */
const excused = ['held', 'overdue', 'suspended', 'failed', 'reprieved'];

export const aBlockedImageIsEnforced: Invariant = {
  name: 'a blocked image is enforced',
  rule: 'Where images are to be acted on, no copy of an image that has a tag and has been blocked for an hour can be pulled in any Region, unless people were told why.',
  check(run) {
    const isAct = run.policy.images.mode === 'act';
    const blocked = isAct ? run.policy.regions.registry.flatMap((region) => blockedIn(region, run)) : [];
    const violations = blocked.flatMap(({ where, status, told }) =>
      status !== 'ACTIVE' || (told !== undefined && excused.includes(told))
        ? []
        : [`${where} is blocked and can be pulled, and people were told: ${told ?? 'nothing'}`],
    );
    return { checked: blocked.length, violations };
  },
};

interface Blocked {
  readonly where: string;
  readonly status: string;
  readonly told: string | undefined;
}

function blockedIn(region: string, { account, policy, scenario }: Run): readonly Blocked[] {
  const rows = account.dynamodb.peek(verdictTableName, region).map((item) => ({ item, ...Row.parse(item) }));
  const textOf = (digest: string, copy: string): unknown => {
    const row = rows.find((each) => each.digest.S === digest && each.copy.S === copy);
    const read = WithRecord.safeParse(row?.item);
    return read.success ? JSON.parse(read.data.record.S) : undefined;
  };
  const ours = new Set(Object.values(policy.services).map(({ repository }) => resourceName(repository)));
  return account.ecr.imagesIn(region).flatMap(({ repository, image }) => {
    const record = Record.safeParse(textOf(image.digest, `${region}#${repository}`));
    if (!record.success || record.data.verdict !== 'block') return [];
    const isLong = scenario.to.getTime() - Date.parse(record.data.since) >= graceMs;
    if (!isLong || image.tags.length === 0 || !ours.has(repository)) return [];
    const known = Case.safeParse(textOf(image.digest, `quarantine#${region}#${repository}`));
    const telling = known.success && known.data.telling?.isTold ? known.data.telling.outcome : undefined;
    return [{ where: `${image.tags[0]} in ${region}`, status: image.status ?? 'ACTIVE', told: telling }];
  });
}
