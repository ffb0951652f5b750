import { switchTableName } from '../../infra/names.ts';
import { putApproval } from '../../shared/aws/approval-table.ts';
import type { SnapshotKind } from '../../shared/domain/snapshot.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { type CapApproval, type CappedFunction, longestApprovalMs } from '../../shared/retention/caps.ts';
import type { ClientsOf } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { MisuseError } from '../misuse.ts';
import type { Answer } from '../output.ts';
import { readPerson } from '../pause/person.ts';
import { fieldLines } from '../pause/render.ts';
import { readUntil } from '../pause/until.ts';
import { readRegistryRegion, readRepository } from './read.ts';

export interface ApproveOptions {
  /** A repository, `volume-snapshots` or `database-snapshots`. */
  readonly what: string;
  readonly region?: string | undefined;
  readonly most?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  /** The environment variable USER. */
  readonly user?: string | undefined;
}

interface Plan {
  readonly asker: CappedFunction;
  readonly approval: CapApproval;
  readonly region: string;
}

/** What a person names snapshots of a kind by. */
const kinds = new Map<string, SnapshotKind>([
  ['volume-snapshots', 'volume'],
  ['database-snapshots', 'database'],
]);

const longest = {
  ms: longestApprovalMs,
  said: '48 hours',
  remedy: 'Approve for 48 hours at most. What is so every day belongs into retention.caps of the policy.',
} as const;

/** @throws MisuseError for what cannot be approved as it was asked for */
export function planApproval(options: ApproveOptions, policy: Policy, now: Date): Plan {
  const reason = options.reason?.trim();
  if (!reason) throw new MisuseError('No reason was given.', 'Add --reason: it is in the report of the run.');
  if (options.until === undefined) {
    throw new MisuseError('No end was given.', 'Add --until with a moment or a duration, such as 24h.');
  }
  const most = Number(options.most);
  if (!Number.isSafeInteger(most) || most < 1) {
    throw new MisuseError(
      `'${options.most ?? ''}' is no number of images or snapshots.`,
      'Add --most with the number that the message or the plan names: more than that is asked about again.',
    );
  }
  const { subject, ...rest } = readSubject(options, policy);
  return {
    ...rest,
    approval: {
      subject,
      most,
      by: readPerson(options.by, options.user).name,
      reason,
      until: readUntil(options.until, now, longest).toISOString(),
    },
  };
}

/** Snapshots are pruned where the platform has volumes and databases, images in every Region of the registry. */
function readSubject(
  { what, region }: Pick<ApproveOptions, 'what' | 'region'>,
  policy: Policy,
): Pick<Plan, 'asker' | 'region'> & Pick<CapApproval, 'subject'> {
  const kind = kinds.get(what);
  if (kind === undefined) {
    const subject = readRepository(what, policy, [...kinds.keys()]);
    return { asker: 'prune-images', region: readRegistryRegion(region, policy), subject };
  }
  const { primary, standby } = policy.regions;
  if (region !== undefined && region !== primary && region !== standby) {
    throw new MisuseError(`No snapshots are pruned in '${region}'.`, `Use one of ${primary}, ${standby}.`);
  }
  return { asker: 'prune-snapshots', region: region ?? primary, subject: kind };
}

/** What would be written, and where. */
export function showApproval({ asker, approval, region }: Plan): Answer {
  return {
    exitCode: exitCodes.yes,
    json: { written: false, table: switchTableName, region, for: asker, approval },
    text: [
      'Nothing was written. With --aws this would be:',
      ...fieldLines({ for: asker, ...approval }),
      `into the table ${switchTableName} of ${region}`,
    ].join('\n'),
  };
}

export async function writeApproval(
  { asker, approval, region }: Plan,
  clientsOf: ClientsOf,
): Promise<Answer> {
  await putApproval(clientsOf(region).dynamodb, switchTableName, asker, approval);
  const { subject, most, until, by, reason } = approval;
  const acts =
    asker === 'prune-images'
      ? `archive and delete up to ${most} images of ${subject}`
      : `delete up to ${most} ${subject} snapshots`;
  return {
    exitCode: exitCodes.yes,
    json: { written: true, table: switchTableName, region, for: asker, approval },
    text: `Until ${until} ${asker} may ${acts} in ${region} in one run, by ${by}: ${reason}`,
  };
}
