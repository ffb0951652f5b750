import type { GetDownloadUrlForLayerRequest, GetDownloadUrlForLayerResponse } from '@aws-sdk/client-ecr';
import type { HttpsAnswer } from '../../shared/lambda/world.ts';
import { AwsError, type Call, type Operations } from '../kernel.ts';
import type { Registry } from './ecr-registry.ts';
import { sha256 } from './oci-manifest.ts';

/** How long a URL can be used. Milliseconds. */
const urlLifetime = 3_600_000;

/**
 * The contents of configs and attestations, as Amazon S3 gives them to whoever has a URL from ECR. Layers are known by
 * size and digest alone: a URL can be had, but nothing read from it.
 */
export class Layers {
  readonly #registry: Registry;
  /** Digest -> text. */
  readonly #texts = new Map<string, string>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  add(text: string): void {
    this.#texts.set(sha256(text), text);
  }

  readonly operations = {
    GetDownloadUrlForLayer: (
      input: GetDownloadUrlForLayerRequest,
      call: Call,
    ): GetDownloadUrlForLayerResponse => {
      const repository = this.#registry.authorized(call, 'GetDownloadUrlForLayer', input);
      const { layerDigest = '' } = input;
      if (!repository.hasBlob(layerDigest)) {
        throw new AwsError(
          'LayersNotFoundException',
          `The layer with digest '${layerDigest}' does not exist in the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
        );
      }
      const bucket = `prod-${call.region}-starport-layer-bucket.s3.${call.region}.amazonaws.com`;
      const expires = this.#registry.kernel.now().getTime() + urlLifetime;
      return { downloadUrl: `https://${bucket}/${layerDigest}?Expires=${expires}`, layerDigest };
    },
  } satisfies Operations;

  /**
   * An HTTPS GET of a URL from GetDownloadUrlForLayer.
   *
   * @throws RangeError for the content of a layer, which is not simulated
   */
  get(url: string): HttpsAnswer {
    const { pathname, searchParams } = new URL(url);
    const digest = pathname.slice(1);
    if (!(Number(searchParams.get('Expires')) > this.#registry.kernel.now().getTime())) {
      return answer(403, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');
    }
    const text = this.#texts.get(digest);
    if (text === undefined) throw new RangeError(`the content of the layer ${digest} is not simulated`);
    return answer(200, text);
  }
}

function answer(status: number, body: string): HttpsAnswer {
  const type = status === 200 ? 'application/octet-stream' : 'application/xml';
  return {
    status,
    headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
    body,
  };
}
