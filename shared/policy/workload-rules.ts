import { type PolicyProblem, type PolicyRule, repeated } from './rule.ts';
import type { Policy } from './schema.ts';

/** What is asked whether an image is in use: each thing once, by a role that can look there, and enough to act on. */
export const workloadRules: readonly PolicyRule[] = [
  sourcesAreNamedOnce,
  otherAccountsHaveAReader,
  readersHaveSomethingToRead,
  readersAreOfTheirAccount,
  actKnowsWhereImagesRun,
];

function sourcesAreNamedOnce({ workloads }: Policy): readonly PolicyProblem[] {
  return repeated(workloads.sources.map(nameOf)).map((name) => ({
    path: 'workloads.sources',
    value: name,
    fact: `${name} is listed twice, so it would be asked twice each time`,
    remedy: 'list each source once',
  }));
}

function otherAccountsHaveAReader({ workloads }: Policy): readonly PolicyProblem[] {
  return workloads.sources.flatMap(({ account }, index) =>
    account === undefined || account in workloads.readers
      ? []
      : [
          {
            path: `workloads.sources[${index}].account`,
            value: account,
            fact: 'no role is named that may look into this account, so it could never be asked and no image be archived or deleted',
            remedy: `name its role in workloads.readers['${account}']; leave the account out where it is the one all this is deployed to`,
          },
        ],
  );
}

function readersHaveSomethingToRead({ workloads }: Policy): readonly PolicyProblem[] {
  return Object.keys(workloads.readers)
    .filter((account) => !workloads.sources.some((source) => source.account === account))
    .map((account) => ({
      path: `workloads.readers.${account}`,
      value: account,
      fact: 'no source is in this account, so the functions would be allowed to take on a role that they do not need',
      remedy: 'name a source in the account, or remove the reader',
    }));
}

function readersAreOfTheirAccount({ workloads }: Policy): readonly PolicyProblem[] {
  return Object.entries(workloads.readers)
    .filter(([account, { role }]) => role.split(':')[4] !== account)
    .map(([account, { role }]) => ({
      path: `workloads.readers.${account}.role`,
      value: role,
      fact: `the role is in another account, and would be asked what runs there instead of in ${account}`,
      remedy: `name a role of the account ${account}`,
    }));
}

function actKnowsWhereImagesRun({ images, workloads }: Policy): readonly PolicyProblem[] {
  const isKnown = workloads.sources.some(({ type }) => type === 'eks' || type === 'ecs');
  if (images.mode === 'observe' || isKnown) return [];
  return [
    {
      path: 'images.mode',
      value: images.mode,
      fact: 'no cluster is named that could be asked what runs, so an image could be archived from under it',
      remedy: "name the clusters in workloads.sources, or use 'observe'",
    },
  ];
}

function nameOf(source: Policy['workloads']['sources'][number]): string {
  const { type, region, account } = source;
  const cluster = source.type === 'eks' ? ` cluster ${source.cluster}` : '';
  return `${type}${cluster} in ${region}${account === undefined ? '' : ` of account ${account}`}`;
}
