import { readTag } from '../../../shared/domain/image-tag.ts';
import type { InspectionFinding } from '../../../shared/domain/inspection.ts';
import { matchesPattern } from '../../../shared/domain/name-pattern.ts';
import type { InspectPolicy, ObservedImage } from './observed.ts';
import { byPlatform, shorten } from './wording.ts';

/**
 * True for a tag that a tool hangs on another image by the digest in its name, such as `sha256-<hex>.sig`: it names no
 * release, and what bears it is no image.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
export function isAttachmentTag(tag: string): boolean {
  return /^sha256-[0-9a-f]{64}(\.\w+)?$/.test(tag);
}

/**
 * What is wrong with one tag of an image.
 *
 * The convention is `{service}-{environment}-{version}-{commit}`; a release candidate may have `rc<number>` in place of
 * the commit, or before it. A tag that the policy lets move (`images.registry.mutableTags`) need not keep to it.
 * Whatever the tag, a service that it names has to be the repository's own. Where the tag names a version, a label
 * `version` of the image has to be the same; an image without one is told of as an image, not for each of its tags.
 */
export function inspectTag(
  tag: string,
  service: string,
  images: readonly ObservedImage[],
  policy: InspectPolicy,
): readonly InspectionFinding[] {
  const problem = whyUnconventional(tag, service, policy);
  if (problem !== undefined) {
    const [environment] = Object.values(policy.environments);
    const example = `${service}-${environment?.imageTag}-3.0.0-a1b2c3d4`;
    return [
      {
        check: 'tag',
        problem,
        given: shorten(tag),
        action: `Push it under a tag of the form {service}-{environment}-{version}-{commit}, such as ${example}.`,
      },
    ];
  }
  const release = readTag(tag, policy)?.release ?? '';
  return namesVersion(release) ? inspectVersion(release, images) : [];
}

function whyUnconventional(tag: string, service: string, policy: InspectPolicy): string | undefined {
  const parts = readTag(tag, policy);
  if (parts && parts.service !== service) {
    return `it names the service ${parts.service}, and this is the repository of ${service}`;
  }
  if (policy.images.registry.mutableTags.some((pattern) => matchesPattern(pattern, tag))) return undefined;
  if (parts === undefined) return `it does not begin with ${service}`;
  if (parts.environment === undefined) {
    const words = Object.values(policy.environments).map(({ imageTag }) => imageTag);
    return `the word after the service is none of ${words.join(', ')}`;
  }
  return isRelease(parts.release) ? undefined : 'it does not end in a version and a commit';
}

/** `3.0.0-a1b2c3d4`, `3.0.0-rc1`, `3.0.0-rc1-a1b2c3d4`. A commit has at least the seven digits that git shows. */
function isRelease(release: string): boolean {
  return /^\d+\.\d+\.\d+-(rc\d+|(rc\d+-)?[0-9a-f]{7,40})$/.test(release);
}

/** Tags that may move need not, but can. */
function namesVersion(release: string): boolean {
  return /^\d+\.\d+\.\d+(-|$)/.test(release);
}

/** The label may leave out what follows the version, and has to be the same as far as it goes. */
function inspectVersion(release: string, images: readonly ObservedImage[]): readonly InspectionFinding[] {
  const given = byPlatform(images, ({ config: { version } }) =>
    version === undefined || `${release}-`.startsWith(`${version}-`)
      ? undefined
      : `label ${shorten(version)}`,
  );
  if (given === undefined) return [];
  return [
    {
      check: 'version',
      problem: `it names the release ${shorten(release)}, and the image is labelled as another version`,
      given,
      action: 'Build the image with its own version as the label, and push it under the tag of that version.',
    },
  ];
}
