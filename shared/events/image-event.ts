import { PermanentError } from '../lambda/errors.ts';
import {
  type EcrImageAction,
  type EcrImageScan,
  type EcrReplicationAction,
  parseEcrImageAction,
  parseEcrImageScan,
  parseEcrReplicationAction,
} from './ecr.ts';
import { type EventOrigin, readHeader } from './envelope.ts';
import { excerpt } from './excerpt.ts';
import {
  type InspectorFinding,
  type InspectorScan,
  type NotAnEcrImage,
  parseInspectorFinding,
  parseInspectorScan,
} from './inspector2.ts';

/** A reason to judge an image again. What the event says of the image beyond its name is a hint at most. */
export interface ImageEvent extends EventOrigin {
  readonly repository: string;
  readonly digest: string;
  /** The image's tags when the event was made. They may have moved since. */
  readonly tags: readonly string[];
  /** What happened, as a phrase for people: `basic scan COMPLETE`. Holds text from outside. */
  readonly cause: string;
  /** What the event says of the image's scan. */
  readonly tells: 'pushed' | 'replicated' | 'scan ended' | 'finding changed';
}

/**
 * Which image an event of ECR or Amazon Inspector gives reason to judge again.
 *
 * Understood are "ECR Image Scan", "ECR Image Action", "ECR Replication Action", "Inspector2 Scan" and
 * "Inspector2 Finding".
 *
 * @throws PermanentError for an event of another kind, one that is about something else than an image in ECR (rules
 * keep those out by the prefix of `resources`), and one that does not say which image it is about
 */
export function parseImageEvent(event: unknown): ImageEvent {
  const { source, detailType } = readHeader(event);
  switch (`${source}/${detailType}`) {
    case 'aws.ecr/ECR Image Scan':
      return imageEvent(parseEcrImageScan(event));
    case 'aws.ecr/ECR Image Action':
      return pushedImage(parseEcrImageAction(event));
    case 'aws.ecr/ECR Replication Action':
      return replicatedImage(parseEcrReplicationAction(event));
    case 'aws.inspector2/Inspector2 Scan':
      return imageEvent(parseInspectorScan(event));
    case 'aws.inspector2/Inspector2 Finding':
      return imageEvent(parseInspectorFinding(event));
    default:
      throw new PermanentError(
        `No image is judged for this kind of event (given ${excerpt(detailType, 80)} of ${excerpt(source, 80)}): ` +
          "expected 'ECR Image Scan', 'ECR Image Action', 'ECR Replication Action', 'Inspector2 Scan' or " +
          "'Inspector2 Finding'",
        { facts: { source, detailType } },
      );
  }
}

function imageEvent(parsed: EcrImageScan | InspectorScan | InspectorFinding | NotAnEcrImage): ImageEvent {
  if (parsed.kind === 'not-an-ecr-image') {
    throw new PermanentError(
      `The event is not about an image in ECR (given ${excerpt(parsed.resource, 150)}): ` +
        "expected the ARN of a repository or an image, such as the rule's pattern asks for",
      { facts: { resource: parsed.resource } },
    );
  }
  const { repository, digest, tags, account, region, at } = parsed;
  const tells = parsed.kind === 'inspector2-finding' ? 'finding changed' : 'scan ended';
  return { repository, digest, tags, cause: causeOf(parsed), tells, account, region, at };
}

function pushedImage({ action, repository, digest, tag, account, region, at }: EcrImageAction): ImageEvent {
  const tags = tag === undefined ? [] : [tag];
  return { repository, digest, tags, cause: `image action ${action}`, tells: 'pushed', account, region, at };
}

function replicatedImage(event: EcrReplicationAction): ImageEvent {
  const { result, repository, digest, tag, sourceRegion, account, region, at } = event;
  const tags = tag === undefined ? [] : [tag];
  const cause = `replication from ${sourceRegion ?? 'another Region'} ${result}`;
  return { repository, digest, tags, cause, tells: 'replicated', account, region, at };
}

function causeOf(parsed: EcrImageScan | InspectorScan | InspectorFinding): string {
  switch (parsed.kind) {
    case 'ecr-image-scan':
      return `basic scan ${parsed.status}`;
    case 'inspector2-scan':
      return `enhanced scan ${parsed.status}`;
    case 'inspector2-finding':
      return `finding ${parsed.vulnerabilityId ?? parsed.title ?? 'without a name'} ${parsed.status}`;
    default:
      return parsed satisfies never;
  }
}
