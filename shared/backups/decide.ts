import type { Standing } from '../domain/standing.ts';
import type { PlannedCopy, PlannedRule } from '../policy/backup-plan.ts';
import { resourceName } from '../policy/resource.ts';
import { type CopyVerdict, judgeNewestCopy } from './copy-verdict.ts';
import type { BackupFinding } from './finding.ts';
import { BackupHistory, type ObservedBackups } from './history.ts';
import { keyFailureOf } from './key-failure.ts';
import { pointFindings } from './point-findings.ts';
import { backupRetry, copyRetry, type Retry } from './retry.ts';
import { judgeNewestSlot, type SlotVerdict } from './slot-verdict.ts';
import { type BackupSource, backupSource } from './source.ts';
import { type Subject, subjectOf, type TaggedResource, type WatchedPolicy } from './subject.ts';

export interface BackupDecision {
  /** Everything that is wrong now. What is no longer among them is mended. */
  readonly findings: readonly BackupFinding[];
  /** What to ask for once more. */
  readonly retries: readonly Retry[];
  /** What would be asked for if it were allowed, and why it is not. */
  readonly held: readonly { readonly retry: Retry; readonly reason: string }[];
}

export interface BackupSituation {
  readonly observed: ObservedBackups;
  /** The resources of the primary Region that carry the tag. */
  readonly tagged: readonly TaggedResource[];
  readonly policy: WatchedPolicy;
  readonly standing: Standing;
  /** Of the role that AWS Backup copies with. */
  readonly roleName: string;
  readonly now: Date;
}

/**
 * Decides what is wrong with the backups, and what is worth another try.
 *
 * Of each rule and each copy only the newest that is over counts: a backup that failed is no longer of interest when
 * there is a newer one. What rests on something that could not be read is not decided, and nothing is asked for while
 * it is not known what is still there.
 */
export function decideBackups(situation: BackupSituation): BackupDecision {
  const { observed, tagged, policy, standing } = situation;
  const history = new BackupHistory(observed, policy);
  const findings: BackupFinding[] = [];
  const wanted: Retry[] = [];
  for (const resource of tagged) {
    const subject = subjectOf(resource, policy);
    if (subject === undefined) {
      findings.push(...inNoPlan(resource, history, policy));
      continue;
    }
    const decided = decideSubject(subject, history, situation);
    findings.push(...decided.findings);
    wanted.push(...decided.retries);
  }
  findings.push(...vanished(situation, history));
  const reason = whyNotNow(standing, history);
  return reason === undefined
    ? { findings, retries: wanted, held: [] }
    : { findings, retries: [], held: wanted.map((retry) => ({ retry, reason })) };
}

function whyNotNow(standing: Standing, history: BackupHistory): string | undefined {
  if (standing.may === 'tell') return standing.reason;
  return history.knows([backupSource.tagged]) ? undefined : 'it is not known which resources are still there';
}

function decideSubject(
  subject: Subject,
  history: BackupHistory,
  { policy, roleName, now }: BackupSituation,
): { readonly findings: readonly BackupFinding[]; readonly retries: readonly Retry[] } {
  const { primary } = policy.regions;
  const rules = history.regions.includes(primary) ? subject.rules : [];
  const slots = rules.flatMap((rule) =>
    history.knows(sourcesOfSlot(rule, history, primary))
      ? (judgeNewestSlot(subject, rule, history, primary, now) ?? [])
      : [],
  );
  const copies = copyVerdicts(subject, rules, history, primary, now);
  return {
    findings: [
      ...slots.flatMap((verdict) => slotFindings(subject, verdict, history, primary)),
      ...copies.flatMap((verdict) => copyFindings(subject, verdict, history, primary, roleName)),
      ...pointFindings(subject, history, primary, now),
    ],
    retries: [
      ...slots.flatMap((verdict) => backupRetry(subject, verdict, history, now) ?? []),
      ...copies.flatMap((verdict) => copyRetry(subject, verdict) ?? []),
    ],
  };
}

/** Of a vault and a Region once, though several rules copy there. */
function copyVerdicts(
  subject: Subject,
  rules: readonly PlannedRule[],
  history: BackupHistory,
  primary: string,
  now: Date,
): CopyVerdict[] {
  const seen = new Set<string>();
  return rules.flatMap((rule) =>
    rule.copies.flatMap((copy) => {
      const place = `${rule.vault} ${copy.region}`;
      if (seen.has(place)) return [];
      seen.add(place);
      if (!history.knows(sourcesOfCopy(rule, copy, history, primary))) return [];
      return judgeNewestCopy(subject, rule, copy, history, primary, now) ?? [];
    }),
  );
}

function sourcesOfSlot({ vault }: PlannedRule, history: BackupHistory, primary: string): BackupSource[] {
  const name = history.vaultName(vault);
  return [backupSource.jobs(name), backupSource.points(primary, name)];
}

function sourcesOfCopy(
  { vault }: PlannedRule,
  { region }: PlannedCopy,
  history: BackupHistory,
  primary: string,
): BackupSource[] {
  const name = history.vaultName(vault);
  return [backupSource.copies(name, region), backupSource.points(primary, name)];
}

function slotFindings(
  { arn, tierName }: Subject,
  verdict: SlotVerdict,
  history: BackupHistory,
  region: string,
): BackupFinding[] {
  const { name, rule, slot, job } = verdict;
  if (name === undefined) return [];
  const at = new Date(slot.at).toISOString();
  const said = job?.message === undefined ? '' : `: ${job.message}`;
  const what =
    job === undefined
      ? `the plan has made no job for the backup of ${at}; look whether the plan, its selection and its role are there, and whether another rule has swallowed it`
      : `the backup of ${at} (job ${job.id}) is ${job.state}${said}`;
  const restsOn = sourcesOfSlot(rule, history, region);
  return [{ name, resourceArn: arn, tier: tierName, region, about: rule.name, reason: what, restsOn }];
}

function copyFindings(
  { arn, tierName }: Subject,
  verdict: CopyVerdict,
  history: BackupHistory,
  primary: string,
  roleName: string,
): BackupFinding[] {
  const { name, rule, copy, source, jobs } = verdict;
  if (name === undefined) return [];
  const what = `the copy of ${source.arn} (${source.createdAt.toISOString()}) to ${copy.region}`;
  const message = jobs[0]?.message;
  const remedy = message === undefined ? undefined : keyFailureOf(message, copy.region, roleName)?.remedy;
  const reasons = {
    'copy-failed': `${what} has failed: ${message ?? 'AWS does not say why'}${remedy === undefined ? '' : `; ${remedy}`}`,
    'copy-missing': `${what} was never begun, ${copy.withinMinutes} minutes after the backup had ended`,
    'copy-late': `${what} is not there ${copy.withinMinutes} minutes after the backup had ended; its job is ${jobs[0]?.state}`,
  };
  return [
    {
      name,
      resourceArn: arn,
      tier: tierName,
      region: copy.region,
      about: source.vaultName,
      reason: reasons[name],
      restsOn: sourcesOfCopy(rule, copy, history, primary),
    },
  ];
}

function inNoPlan(
  { arn, tier }: TaggedResource,
  history: BackupHistory,
  { backups, regions }: WatchedPolicy,
): BackupFinding[] {
  const restsOn = [backupSource.tagged];
  if (!history.regions.includes(regions.primary) || !history.knows(restsOn)) return [];
  const known = Object.keys(backups.tiers);
  return [
    {
      name: 'in-no-plan',
      resourceArn: arn,
      tier,
      region: regions.primary,
      about: 'tag',
      reason: known.includes(tier)
        ? `it is tagged '${tier}', which is for ${backups.tiers[tier]?.resourceType} alone: no plan takes it`
        : `it is tagged '${tier}', and there is no such tier: use one of ${known.join(', ')}`,
      restsOn,
    },
  ];
}

/** Something with recovery points in our vaults that is no more tagged, or no more there. */
function vanished({ observed, tagged, policy }: BackupSituation, history: BackupHistory): BackupFinding[] {
  const restsOn = [backupSource.tagged, backupSource.protectedResources];
  if (!history.knows(restsOn)) return [];
  const known = new Set(tagged.map(({ arn }) => arn));
  const ours = new Set(Object.values(policy.backups.vaults).map(({ vault }) => resourceName(vault)));
  return observed.protectedResources
    .filter(({ arn, vaultName }) => ours.has(vaultName) && !known.has(arn))
    .map(({ arn, vaultName, newestAt }) => ({
      name: 'vanished',
      resourceArn: arn,
      region: policy.regions.primary,
      about: vaultName,
      reason: `it has recovery points, the newest of ${newestAt.toISOString()}, and carries the tag of no tier any more: tag it again, or let its recovery points come to their end`,
      restsOn,
    }));
}
