import policy from '../../ops.config.ts';
import { checkPolicy } from '../../shared/policy/check.ts';

const { databases } = policy.backups.tiers;
if (databases === undefined) throw new Error('the policy has no tier for databases');
const { daily } = databases.rules;
if (daily === undefined) throw new Error('databases have no daily rule');

/** The policy with exports as the archive of databases. The first of a month then is a day as any other. */
export const exportingPolicy = checkPolicy({
  ...policy,
  backups: {
    ...policy.backups,
    mode: 'act',
    tiers: {
      ...policy.backups.tiers,
      databases: {
        ...databases,
        rules: { ...databases.rules, daily: { ...daily, cron: 'cron(0 5 ? * * *)' } },
        archive: {
          as: 'export',
          bucket: { create: 'aeon-dt-archive' },
          keepDays: 2557,
          deepArchiveAfterDays: 1,
        },
      },
    },
  },
});
