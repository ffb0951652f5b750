import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** Databases: checks that could not be made, could not fail, or would fail for no reason. */
export const databaseRules: readonly PolicyRule[] = [
  restoresCanBeAsked,
  restoresAreAskedApart,
  heartbeatsHaveTime,
  everyCopyHasAChecksum,
  rowsAreExpected,
];

function restoresCanBeAsked({ backups, databases }: Policy): readonly PolicyProblem[] {
  return Object.entries(databases.instances).flatMap(([name]) => {
    const tier = backups.databases[name]?.tier ?? '';
    return (backups.tiers[tier]?.restoreTest?.regions ?? [])
      .filter((region) => !(region in databases.isolated))
      .map((region) => ({
        path: `databases.isolated.${region}`,
        value: undefined,
        fact: `copies of ${name} are restored in ${region}, and nothing there could ask them what they hold`,
        remedy: 'name subnets and security groups from where they can be reached',
      }));
  });
}

/** The function there changes what it is pointed at, to see whether the checks notice. */
function restoresAreAskedApart({ databases }: Policy): readonly PolicyProblem[] {
  return Object.entries(databases.isolated).flatMap(([region, isolated]) =>
    (['subnets', 'securityGroups'] as const).flatMap((key) => {
      const shared = isolated[key].filter((id) => databases.network[key].includes(id));
      return shared.length === 0
        ? []
        : [
            {
              path: `databases.isolated.${region}.${key}`,
              value: shared,
              fact: 'databases.network has them too, so what spoils restored copies on purpose could reach the databases themselves',
              remedy: 'name others, which lead to restored copies alone',
            },
          ];
    }),
  );
}

function heartbeatsHaveTime({ databases }: Policy): readonly PolicyProblem[] {
  return Object.entries(databases.instances)
    .filter(([, { proof }]) => proof.heartbeatWithinSeconds < 180)
    .map(([name, { proof }]) => ({
      path: `databases.instances.${name}.proof.heartbeatWithinSeconds`,
      value: proof.heartbeatWithinSeconds,
      fact: 'a heartbeat is written every minute, up to a minute late, and one may be missed while the database fails over, so good copies would be called bad',
      remedy: 'allow at least 180',
    }));
}

function everyCopyHasAChecksum({ databases }: Policy): readonly PolicyProblem[] {
  return Object.entries(databases.instances)
    .filter(([, { proof }]) => !Object.values(proof.tables).some(({ checksum }) => checksum))
    .map(([name, { proof }]) => ({
      path: `databases.instances.${name}.proof.tables`,
      value: Object.keys(proof.tables),
      fact: 'no table has its checksum compared, so a copy in which rows have changed would be called good',
      remedy: 'give `checksum: true` to at least one table that stands still',
    }));
}

function rowsAreExpected({ databases }: Policy): readonly PolicyProblem[] {
  return Object.entries(databases.instances).flatMap(([name, { proof }]) =>
    Object.entries(proof.tables)
      .filter(([, { checksum, rowFloor }]) => !checksum && rowFloor === 0)
      .map(([table, how]) => ({
        path: `databases.instances.${name}.proof.tables.${table}`,
        value: how,
        fact: 'neither its checksum nor its rows are looked at: an empty table would pass',
        remedy: 'raise rowFloor, or leave the table out',
      })),
  );
}
