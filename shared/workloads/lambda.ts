import {
  type FunctionConfiguration,
  GetFunctionCommand,
  type LambdaClient,
  paginateListFunctions,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { parseImageReference } from '../domain/image-reference.ts';
import { eachOf } from '../lambda/each-of.ts';
import { RetryableError } from '../lambda/errors.ts';
import type { WorkloadSource } from './inventory.ts';
import type { NamedImage } from './named-image.ts';

/** Calls at once. GetFunction is limited to 100 a second in an account, which others need too. */
const atOnce = 4;

/**
 * The images of all functions of an account and Region, of every version: an alias leads to versions, so it needs none
 * that is not here. Each counts as running, because whoever invokes it starts it.
 *
 * Lambda lists no images, so each version takes a call; what it answered is kept while the version stays as it is.
 */
export function lambdaInventory(lambda: LambdaClient) {
  let known = new Map<string, NamedImage>();

  async function imageOf(
    version: FunctionConfiguration,
    signal: AbortSignal,
  ): Promise<NamedImage | undefined> {
    const { FunctionName, Version: Qualifier } = version;
    const by = `function ${FunctionName}, version ${Qualifier}`;
    try {
      const command = new GetFunctionCommand({ FunctionName, Qualifier });
      const { Code } = await lambda.send(command, { abortSignal: signal });
      const written = Code?.ResolvedImageUri ?? Code?.ImageUri ?? '';
      const image = parseImageReference(written);
      if (image === undefined) throw new RetryableError(`Lambda named no image of ${by}: '${written}'`);
      return { image, by, isRunning: true };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  return async (_all: WorkloadSource, signal: AbortSignal): Promise<readonly NamedImage[]> => {
    const images = new Map<string, NamedImage>();
    const unknown = new Map<string, FunctionConfiguration>();
    for await (const { Functions } of paginateListFunctions(
      { client: lambda },
      { FunctionVersion: 'ALL' },
      { abortSignal: signal },
    )) {
      if (Functions === undefined) throw new RetryableError('Lambda listed no functions, not even none');
      for (const version of Functions.filter(({ PackageType }) => PackageType === 'Image')) {
        const key = `${version.FunctionArn} ${version.RevisionId}`;
        const image = version.RevisionId === undefined ? undefined : known.get(key);
        if (image === undefined) unknown.set(key, version);
        else images.set(key, image);
      }
    }
    await eachOf(unknown, atOnce, async ([key, version]) => {
      const image = await imageOf(version, signal);
      if (image) images.set(key, image);
    });
    known = images;
    return [...images.values()];
  };
}
