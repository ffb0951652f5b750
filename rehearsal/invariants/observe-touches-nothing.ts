import type { Run } from '../rehearsal.ts';
import { entriesOf, type Invariant } from './invariant.ts';

interface Automation {
  readonly modeOf: (policy: Run['policy']) => 'observe' | 'act';
  /** The calls that change something for others. */
  readonly acts: readonly string[];
}

/** By the function that acts. */
const automations: Readonly<Record<string, Automation>> = {
  'aeon-ops-quarantine-image': {
    modeOf: ({ images }) => images.mode,
    acts: ['ecr:UpdateImageStorageClass'],
  },
  'aeon-ops-prune-images': {
    modeOf: ({ retention }) => retention.mode,
    acts: ['ecr:UpdateImageStorageClass', 'ecr:BatchDeleteImage'],
  },
  'aeon-ops-prune-snapshots': {
    modeOf: ({ retention }) => retention.mode,
    acts: ['ec2:DeleteSnapshot', 'rds:DeleteDBSnapshot'],
  },
  'aeon-ops-watch-backups': {
    modeOf: ({ backups }) => backups.mode,
    acts: ['backup:StartBackupJob', 'backup:StartCopyJob'],
  },
  // A copy that a test has made is given a password all the same: nobody can ask it anything without.
  'aeon-ops-verify-restore': {
    modeOf: ({ backups }) => backups.mode,
    acts: ['backup:PutRestoreValidationResult'],
  },
};

export const observeTouchesNothing: Invariant = {
  name: 'observe touches nothing',
  rule: 'While the policy has an automation observe, it changes nothing outside its own tables.',
  check(run) {
    const observed = entriesOf(run, 'call').flatMap(
      ({ at, entry: { caller, service, operation, region } }) => {
        const automation = automations[caller];
        const deployed = run.deployments.findLast((deployment) => deployment.at <= at);
        if (automation === undefined || deployed === undefined) return [];
        if (automation.modeOf(deployed.policy) === 'act') return [];
        const isAct = automation.acts.includes(`${service}:${operation}`);
        return [{ isAct, what: `${caller} in ${region} called ${operation} at ${at.toISOString()}` }];
      },
    );
    const violations = observed.flatMap(({ isAct, what }) =>
      isAct ? [`${what}, while it was to observe`] : [],
    );
    return { checked: observed.length, violations };
  },
};
