import type { PolicyProblem, PolicyRule } from './rule.ts';
import type { Policy } from './schema.ts';

/** How long things are kept. */
export const retentionRules: readonly PolicyRule[] = [
  everyEnvironmentHasARetention,
  leftoversGoFirst,
  lastGoodReleasesAreKeptByBoth,
  archivedImagesArePaidFor,
  actingNeedsToKnowWhatIsInUse,
  logRetentionIsOneThatAwsOffers,
  keepTagCanBeSet,
];

function everyEnvironmentHasARetention({ environments, retention }: Policy): readonly PolicyProblem[] {
  const missing = Object.keys(environments)
    .filter((name) => !(name in retention.images))
    .map((name) => ({
      path: `retention.images.${name}`,
      value: undefined,
      fact: `images of ${name} would never age out`,
      remedy: 'say for how many days they are kept',
    }));
  const stray = Object.keys(retention.images)
    .filter((name) => !(name in environments))
    .map((name) => ({
      path: `retention.images.${name}`,
      value: retention.images[name],
      fact: `there is no environment '${name}', so this retention would hold for no image`,
      remedy: `correct the name (${Object.keys(environments).join(', ')}) or remove it`,
    }));
  return [...missing, ...stray];
}

/** What is left of an index when it is deleted has no tag any more: it must not be kept longer than the index was. */
function leftoversGoFirst({ retention }: Policy): readonly PolicyProblem[] {
  const shortest = Math.min(...Object.values(retention.images));
  if (retention.untaggedImages <= shortest) return [];
  return [
    {
      path: 'retention.untaggedImages',
      value: retention.untaggedImages,
      fact: `an environment keeps its images for ${shortest} days, so the parts of an index would outlive it where a run was broken off`,
      remedy: `use ${shortest} or less`,
    },
  ];
}

function lastGoodReleasesAreKeptByBoth({ retention, images }: Policy): readonly PolicyProblem[] {
  const { keepGoodReleases } = images.quarantine;
  if (retention.keepGoodReleases >= keepGoodReleases) return [];
  return [
    {
      path: 'retention.keepGoodReleases',
      value: retention.keepGoodReleases,
      fact: `images.quarantine keeps ${keepGoodReleases} good releases to go back to, and retention would delete some of them`,
      remedy: `use ${keepGoodReleases} or more`,
    },
  ];
}

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive_restore_image.html */
const leastArchiveDays = 90;

function archivedImagesArePaidFor({ retention: { archive } }: Policy): readonly PolicyProblem[] {
  if (archive === 'no' || archive.deleteAfterDays >= leastArchiveDays) return [];
  return [
    {
      path: 'retention.archive.deleteAfterDays',
      value: archive.deleteAfterDays,
      fact: `ECR charges for ${leastArchiveDays} days of an archived image, also when it is deleted before`,
      remedy: `use ${leastArchiveDays} or more: until then the way back costs nothing`,
    },
  ];
}

function actingNeedsToKnowWhatIsInUse({ retention, workloads }: Policy): readonly PolicyProblem[] {
  if (retention.mode === 'observe' || workloads.sources.length > 0) return [];
  return [
    {
      path: 'retention.mode',
      value: retention.mode,
      fact: 'workloads.sources names nothing that may run images, so every image would count as unused',
      remedy: "name where images run in workloads.sources, or use 'observe'",
    },
  ];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function logRetentionIsOneThatAwsOffers({ retention }: Policy): readonly PolicyProblem[] {
  if (logRetentions.includes(retention.logs)) return [];
  const longer = logRetentions.find((offered) => offered > retention.logs) ?? logRetentions.at(-1);
  return [
    {
      path: 'retention.logs',
      value: retention.logs,
      fact: `CloudWatch Logs keeps logs only for one of ${logRetentions.join(', ')} days`,
      remedy: `use ${longer}`,
    },
  ];
}

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
function keepTagCanBeSet({ retention: { keepTag } }: Policy): readonly PolicyProblem[] {
  if (!/^aws:/i.test(keepTag)) return [];
  return [
    {
      path: 'retention.keepTag',
      value: keepTag,
      fact: 'AWS keeps tags that begin so for itself, so that nobody could keep a snapshot by it',
      remedy: 'use a key of your own',
    },
  ];
}
