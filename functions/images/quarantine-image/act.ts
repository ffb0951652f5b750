import type { StorageClassUpdate } from '../../../shared/aws/image-archive.ts';
import type { QuarantineCase } from '../../../shared/domain/quarantine.ts';
import { type CaseFacts, inState } from './case.ts';
import type { Decision } from './decide.ts';
import type { QuarantineDeps } from './deps.ts';

/** How an act ended, and the case as it is written now. */
export interface Acted {
  readonly outcome: 'archived' | 'restored' | 'failed' | 'stopped' | 'overtaken';
  readonly reason: string;
  readonly case: QuarantineCase;
}

type Archiving = Extract<Decision, { do: 'archive' }>;
type Restoring = Extract<Decision, { do: 'restore' }>;

/**
 * Archives what was decided, one after the other. Its evidence has to be saved by then.
 *
 * The case names what is about to be archived before the first call, so that whoever comes after a crash knows what to
 * restore one day. Before each call it is asked again whether anything may be done at all, and whether the case and the
 * verdict are still those that were decided about.
 */
export async function archiveCopy(
  base: QuarantineCase,
  { digests, again, reason }: Archiving,
  deps: QuarantineDeps,
): Promise<Acted> {
  const undone = base.undone + (again ? 1 : 0);
  if (digests.length === 0) return settle({ ...base, isSettled: true }, 'archived', reason, deps);
  const begunAt = deps.now().toISOString();
  const { request: _over, ...rest } = base;
  const archived = [...new Set([...base.archived, ...digests])];
  const begun = await deps.cases.write(
    inState({ ...rest, archived, begunAt, undone, left: [] }, { state: 'archiving', reason }, deps.now()),
  );
  if (begun === undefined) return overtaken(base);

  const left: string[] = [];
  for (const digest of digests) {
    const stopped = await whyStop(begun, deps);
    if (stopped !== undefined) return { ...stopped, case: begun };
    const update = await deps.archive.archive({ repository: base.repository, digest });
    if (update.outcome === 'unsupported' && digest !== base.digest) left.push(digest);
    else if (update.outcome === 'unsupported' || update.outcome === 'refused') {
      return fail(begun, `ECR did not archive ${digest}: ${update.reason}`, deps);
    }
  }
  const kept = begun.archived.filter((digest) => !left.includes(digest));
  return settle(
    { ...begun, archived: kept, left, isSettled: true },
    'archived',
    sayArchived(digests, left, reason),
    deps,
  );
}

/** Restores what was decided. It is back up to twenty minutes later, and the case stays open until it is. */
export async function restoreCopy(
  base: QuarantineCase,
  { digests, reason, for: cause }: Restoring,
  deps: QuarantineDeps,
): Promise<Acted> {
  const state = cause === 'person' ? 'reprieved' : 'restoring';
  const begun = await deps.cases.write(inState({ ...base, isSettled: false }, { state, reason }, deps.now()));
  if (begun === undefined) return overtaken(base);
  for (const digest of digests) {
    const standing = await deps.askStanding();
    if (standing.may === 'tell') return { outcome: 'stopped', reason: standing.reason, case: begun };
    const update: StorageClassUpdate = await deps.archive.restore({ repository: base.repository, digest });
    if (update.outcome === 'refused' || update.outcome === 'unsupported') {
      return fail(begun, `ECR did not restore ${digest}: ${update.reason}`, deps);
    }
  }
  return { outcome: 'restored', reason, case: begun };
}

/** Starts the scans that a person asked for. Enhanced scanning starts its own when an image comes back. */
export async function rescanCopy(
  base: QuarantineCase,
  { members }: CaseFacts,
  { cases, scanner, policy, now }: QuarantineDeps,
): Promise<QuarantineCase | undefined> {
  const { request, repository } = base;
  if (request === undefined) return undefined;
  if (policy.images.registry.scanning === 'basic') {
    for (const { digest, kind } of members) if (kind === 'image') await scanner.start({ repository, digest });
  }
  return cases.write({ ...base, request: { ...request, activeAt: now().toISOString() } });
}

async function whyStop(
  begun: QuarantineCase,
  { askStanding, cases }: QuarantineDeps,
): Promise<Pick<Acted, 'outcome' | 'reason'> | undefined> {
  const standing = await askStanding();
  if (standing.may === 'tell') return { outcome: 'stopped', reason: standing.reason };
  const known = await cases.of(begun);
  if (known.case?.version !== begun.version) return overtaken(begun);
  return known.record?.verdict === 'block'
    ? undefined
    : { outcome: 'overtaken', reason: `its verdict has become ${known.record?.verdict}` };
}

async function settle(
  of: QuarantineCase,
  state: 'archived' | 'failed',
  reason: string,
  deps: QuarantineDeps,
): Promise<Acted> {
  const written = await deps.cases.write(inState(of, { state, reason }, deps.now()));
  return written === undefined ? overtaken(of) : { outcome: state, reason, case: written };
}

function fail(of: QuarantineCase, reason: string, deps: QuarantineDeps): Promise<Acted> {
  return settle(of, 'failed', reason, deps);
}

function overtaken(of: QuarantineCase): Acted {
  return { outcome: 'overtaken', reason: 'somebody else works on this copy', case: of };
}

function sayArchived(digests: readonly string[], left: readonly string[], reason: string): string {
  const said = `${digests.length === 1 ? 'it was' : `its ${digests.length} images were`} archived: ${reason}`;
  return left.length === 0 ? said : `${said}; ECR leaves ${left.join(', ')} as it is, for others need it`;
}
