import type { InspectionFinding } from '../../../shared/domain/inspection.ts';
import type { ObservedContent, ObservedImage, Service } from './observed.ts';
import { findSecrets } from './secrets.ts';
import { byPlatform, shorten } from './wording.ts';

type Images = Extract<ObservedContent, { images: unknown }>;

/** What is wrong with an image itself, whatever its tags: at most one finding for each check. */
export function inspectContent(content: ObservedContent, service: Service): readonly InspectionFinding[] {
  if (content.kind === 'other') {
    return [
      {
        check: 'manifest',
        problem: 'it is no image, or none that can be inspected',
        given: shorten(content.reason),
        action:
          'Push only images to the repository of a service. If it is one, it was not looked at: look yourself.',
      },
    ];
  }
  const { images } = content;
  const found = [
    inspectManifest(content),
    inspectPlatforms(content, service),
    inspectSize(images, service),
    inspectUser(images),
    inspectHealthCheck(images),
    inspectVersionLabel(images),
    inspectSecrets(images),
  ];
  return found.filter((finding) => finding !== undefined);
}

function inspectManifest({ kind, broken, images }: Images): InspectionFinding | undefined {
  const action = 'Build it anew and push it with all its parts.';
  if (broken.length > 0) {
    const given = broken.map(({ digest, why }) => `${digest.slice(0, 19)}: ${shorten(why)}`).join(', ');
    return { check: 'manifest', problem: 'parts of it cannot be used', given, action };
  }
  if (kind === 'index' && images.length === 0) {
    return {
      check: 'manifest',
      problem: 'it is an index that leads to no image',
      given: 'no images',
      action,
    };
  }
  const given = byPlatform(images, ({ platform, config }) =>
    platform === config.platform ? undefined : `an image for ${config.platform}`,
  );
  return given === undefined
    ? undefined
    : { check: 'manifest', problem: 'its index gives an image the platform of another', given, action };
}

function inspectPlatforms({ images, broken }: Images, { platforms }: Service): InspectionFinding | undefined {
  const present = images.map(({ platform }) => platform);
  const missing = platforms.filter((platform) => !present.includes(platform));
  if (missing.length === 0 || broken.length > 0) return undefined;
  return {
    check: 'platforms',
    problem: `it has no image for ${missing.join(' and ')}`,
    given: present.join(', ') || 'none',
    action: `Build it for all of its platforms at once: docker buildx build --platform ${platforms.join(',')}.`,
  };
}

function inspectSize(
  images: readonly ObservedImage[],
  { sizeBudgetMb }: Service,
): InspectionFinding | undefined {
  if (sizeBudgetMb === undefined) return undefined;
  const given = byPlatform(images, ({ sizeBytes }) =>
    sizeBytes > sizeBudgetMb * 1e6 ? `${(sizeBytes / 1e6).toFixed(1)} MB` : undefined,
  );
  if (given === undefined) return undefined;
  return {
    check: 'size',
    problem: `it is heavier than its budget of ${sizeBudgetMb} MB, compressed`,
    given,
    action:
      'Leave out what it does not need to run: build tools, development packages, caches of the package manager.',
  };
}

function inspectUser(images: readonly ObservedImage[]): InspectionFinding | undefined {
  const given = byPlatform(images, ({ config: { user } }) => {
    if (user === '') return 'no USER';
    return /^(root|0+)(:|$)/.test(user) ? `USER ${shorten(user)}` : undefined;
  });
  if (given === undefined) return undefined;
  return {
    check: 'user',
    problem: 'it runs as root',
    given,
    action: 'Create a user in the Dockerfile and name it with USER.',
  };
}

function inspectHealthCheck(images: readonly ObservedImage[]): InspectionFinding | undefined {
  const given = byPlatform(images, ({ config }) => (config.hasHealthCheck ? undefined : 'no HEALTHCHECK'));
  if (given === undefined) return undefined;
  return {
    check: 'health-check',
    problem: 'it has no health check',
    given,
    action: 'Add a HEALTHCHECK to the Dockerfile.',
  };
}

function inspectVersionLabel(images: readonly ObservedImage[]): InspectionFinding | undefined {
  const given = byPlatform(images, ({ config }) =>
    config.version === undefined ? "no label 'version'" : undefined,
  );
  if (given === undefined) return undefined;
  return {
    check: 'version',
    problem: 'it does not say which version it is',
    given,
    action: 'Add LABEL version="<version>" to the Dockerfile, with the version of its tag.',
  };
}

const mostSecretsNamed = 20;

/** Names that are the same in all images are told once. */
function inspectSecrets(images: readonly ObservedImage[]): InspectionFinding | undefined {
  const given = byPlatform(images, ({ config }) => {
    const secrets = findSecrets(config).map(({ name, steps }) => {
      const where = steps.length === 0 ? 'environment' : `step ${steps.join(', ')}`;
      return `${shorten(name)} (${where})`;
    });
    if (secrets.length === 0) return undefined;
    const more = secrets.length - mostSecretsNamed;
    return `${secrets.slice(0, mostSecretsNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  });
  if (given === undefined) return undefined;
  return {
    check: 'secrets',
    problem: 'it seems to hold secrets, which everybody who can pull it can read',
    given,
    action:
      'Look at the steps named (docker history --no-trunc). If they are secrets, change them where they are used, and hand them to the build with RUN --mount=type=secret, or to the container when it starts.',
  };
}
