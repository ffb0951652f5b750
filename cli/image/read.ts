import { type ImageReference, parseImageReference } from '../../shared/domain/image-reference.ts';
import type { Policy } from '../../shared/policy/schema.ts';
import { MisuseError } from '../misuse.ts';

const example = '111122223333.dkr.ecr.us-east-1.amazonaws.com/aeon-dt-api@sha256:…';

/** @throws MisuseError for what is no image reference */
export function readImage(given: string): ImageReference {
  const reference = parseImageReference(given);
  if (reference !== undefined) return reference;
  throw new MisuseError(
    `'${given}' is not the name of an image.`,
    `Write [<registry>/]<repository>[:<tag>][@<digest>], such as ${example}`,
  );
}

/** @throws MisuseError for an image without its digest */
export function readImageWithDigest(given: string): ImageReference & { readonly digest: string } {
  const reference = readImage(given);
  const { digest } = reference;
  if (digest !== undefined) return { ...reference, digest };
  throw new MisuseError(
    `'${given}' has no digest, and a tag can become another image.`,
    `Write it with its digest, such as ${example}; npm run ops -- image admit ${given} --aws says which it has.`,
  );
}

/** @throws MisuseError for an environment that the policy does not have, and for none */
export function readEnvironmentName(given: string | undefined, { environments }: Policy): string {
  if (given !== undefined && Object.hasOwn(environments, given)) return given;
  throw new MisuseError(
    given === undefined ? 'No environment was given.' : `There is no environment '${given}'.`,
    `Add --environment with one of ${Object.keys(environments).join(', ')}.`,
  );
}
