import * as z from 'zod';
import { verdictTableName } from '../../infra/names.ts';
import { matchesPattern } from '../../shared/domain/name-pattern.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import type { Run } from '../rehearsal.ts';
import { type Heard, heardIn } from './heard.ts';
import { entriesOf, type Invariant } from './invariant.ts';

/** What changes this shortly before the end may still be on its way to people. */
const graceMs = 10 * 60_000;

const Row = z.object({
  copy: z.object({ S: z.string().regex(/^[a-z]+-[a-z]+-\d#/) }),
  record: z.object({ S: z.string() }),
});
const Record = z.object({
  digest: z.string(),
  region: z.string(),
  repository: z.string(),
  verdict: z.enum(['pass', 'monitor', 'review', 'unknown', 'block']),
  environment: z.string(),
  pending: z.boolean(),
  tags: z.array(z.string()),
  since: z.string(),
});

type Record = z.infer<typeof Record>;
type Severity = Policy['alerts']['alarms'][number]['severity'];

/** What is true of something when the story ends. */
interface Standing {
  /** For the reader. */
  readonly what: string;
  readonly since: Date;
  /** What was heard of it, and of a copy whose message stands for this one. */
  readonly isAbout: (heard: Heard) => boolean;
  /** Undefined: all is well. */
  readonly trouble:
    | { readonly severity: Severity; readonly environment: string; readonly says: string }
    | undefined;
}

export const whatStandsIsWhatWasTold: Invariant = {
  name: 'what stands is what was told',
  rule: 'When the story ends, each alarm that fires and each verdict that needs people is the last thing that every sink of its route has heard of it, and no sink was left with trouble that is over.',
  check(run) {
    const all = heardIn(run);
    const standings = [...alarmsOf(run), ...verdictsOf(run)].filter(
      ({ since }) => run.scenario.to.getTime() - since.getTime() >= graceMs,
    );
    return {
      checked: standings.length,
      violations: standings.flatMap((standing) => contradictions(standing, all, run.policy)),
    };
  },
};

function contradictions(
  { what, isAbout, trouble }: Standing,
  all: readonly Heard[],
  policy: Policy,
): readonly string[] {
  const last = new Map(all.filter(isAbout).map((heard) => [heard.sink, heard]));
  if (trouble === undefined) {
    return [...last.values()].flatMap(({ sink, headline, isOver }) =>
      isOver ? [] : [`${what} is well, and the last that ${sink} heard is: ${headline}`],
    );
  }
  return routeOf(trouble, policy).flatMap((sink) => {
    const heard = last.get(sink);
    if (heard === undefined) return [`${what} is in trouble, and ${sink} never heard of it`];
    return heard.isOver || !heard.headline.includes(trouble.says)
      ? [`${what} is in trouble (${trouble.says}), and the last that ${sink} heard is: ${heard.headline}`]
      : [];
  });
}

function routeOf(
  { severity, environment }: { readonly severity: Severity; readonly environment: string },
  policy: Policy,
): readonly string[] {
  const route = policy.alerts.routes.find(
    ({ severities = [severity], environments = [environment] }) =>
      severities.includes(severity) && environments.includes(environment),
  );
  return route?.sinks ?? [];
}

/** Alarms by the state they took last. One that lost its data tells nothing of how things are. */
function alarmsOf(run: Run): readonly Standing[] {
  const last = new Map(
    entriesOf(run, 'alarm').map((traced) => [`${traced.entry.region} ${traced.entry.name}`, traced]),
  );
  return [...last.values()].flatMap(({ at, entry: { region, name, to } }) => {
    if (to !== 'ALARM' && to !== 'OK') return [];
    const rule = run.policy.alerts.alarms.find((candidate) => matchesPattern(candidate.name, name));
    const { severity, environment } = rule ?? { severity: 'critical' as const, environment: 'unknown' };
    return [
      {
        what: `the alarm ${name} in ${region}`,
        since: at,
        isAbout: ({ about }) => about?.kind === 'alarm' && about.region === region && about.name === name,
        trouble: to === 'OK' ? undefined : { severity, environment, says: name },
      },
    ];
  });
}

const said = {
  block: 'Image must not be deployed',
  unknown: 'Image could not be judged',
  review: 'Image needs a review',
  monitor: 'Image may be deployed again',
  pass: 'Image may be deployed again',
} as const;

/** Other things are told of an image, too, such as that its push was no good. */
const aboutVerdict = [...new Set(Object.values(said)), ' only, still '];

/** A replica's trouble may be told from the primary Region, where it is the same. What nobody can name is not told. */
function verdictsOf({ account, policy }: Run): readonly Standing[] {
  const { primary, registry } = policy.regions;
  const records = registry.flatMap((region) =>
    account.dynamodb.peek(verdictTableName, region).flatMap((item) => {
      const row = Row.safeParse(item);
      const record = row.success ? Record.parse(JSON.parse(row.data.record.S)) : undefined;
      return record !== undefined && record.region === region && record.tags.length > 0 && !record.pending
        ? [record]
        : [];
    }),
  );
  const verdictIn = (region: string, { repository, digest }: Record): string | undefined =>
    records.find(
      (other) => other.region === region && other.repository === repository && other.digest === digest,
    )?.verdict;
  return records.map((record) => {
    const { region, repository, digest, verdict, environment, tags, since } = record;
    const isLoud = verdict !== 'pass' && verdict !== 'monitor';
    const from = isLoud && verdictIn(primary, record) === verdict ? [region, primary] : [region];
    const severity =
      policy.environments[environment]?.verdictAlerts[isLoud ? verdict : 'review'] ?? 'warning';
    return {
      what: `the copy of ${tags[0]} in ${region}, ${verdict},`,
      since: new Date(since),
      isAbout: ({ about, headline }) =>
        about?.kind === 'image' &&
        from.includes(about.region) &&
        about.repository === repository &&
        about.digest === digest &&
        aboutVerdict.some((words) => headline.includes(words)),
      trouble: isLoud ? { severity, environment, says: said[verdict] } : undefined,
    };
  });
}
