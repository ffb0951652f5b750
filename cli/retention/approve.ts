import { switchTableName } from '../../infra/names.ts';
import { putApproval } from '../../shared/aws/approval-table.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { type CapApproval, longestApprovalMs } from '../../shared/retention/caps.ts';
import type { ClientsOf } from '../aws/clients.ts';
import { exitCodes } from '../exit-codes.ts';
import { MisuseError } from '../misuse.ts';
import type { Answer } from '../output.ts';
import { readPerson } from '../pause/person.ts';
import { fieldLines } from '../pause/render.ts';
import { readUntil } from '../pause/until.ts';
import { readRegistryRegion, readRepository } from './read.ts';

export interface ApproveOptions {
  readonly repository: string;
  readonly region?: string | undefined;
  readonly most?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  /** The environment variable USER. */
  readonly user?: string | undefined;
}

interface Plan {
  readonly approval: CapApproval;
  readonly region: string;
}

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
      `'${options.most ?? ''}' is no number of images.`,
      'Add --most with the number that the message or the plan names: more than that is asked about again.',
    );
  }
  return {
    region: readRegistryRegion(options.region, policy),
    approval: {
      repository: readRepository(options.repository, policy),
      most,
      by: readPerson(options.by, options.user).name,
      reason,
      until: readUntil(options.until, now, longest).toISOString(),
    },
  };
}

/** What would be written, and where. */
export function showApproval({ approval, region }: Plan): Answer {
  return {
    exitCode: exitCodes.yes,
    json: { written: false, table: switchTableName, region, approval },
    text: [
      'Nothing was written. With --aws this would be:',
      ...fieldLines({ ...approval, most: String(approval.most) }),
      `into the table ${switchTableName} of ${region}`,
    ].join('\n'),
  };
}

export async function writeApproval({ approval, region }: Plan, clientsOf: ClientsOf): Promise<Answer> {
  await putApproval(clientsOf(region).dynamodb, switchTableName, approval);
  const { repository, most, until, by, reason } = approval;
  return {
    exitCode: exitCodes.yes,
    json: { written: true, table: switchTableName, region, approval },
    text: `Until ${until} prune-images may archive and delete up to ${most} images of ${repository} in ${region} in one run, by ${by}: ${reason}`,
  };
}
