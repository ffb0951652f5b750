import { type FunctionConfiguration, type GetFunctionRequest, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../rehearsal/kernel.ts';
import { lambdaInventory } from '../../../shared/workloads/lambda.ts';
import { type Answers, simulated } from './simulated.ts';

const arn = (name: string): string => `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
const repository = '111122223333.dkr.ecr.us-east-1.amazonaws.com/thumbnailer';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const all = { kind: 'lambda', account: '111122223333', region: 'us-east-1' } as const;
const waiting = new AbortController().signal;

function version(Version: string, RevisionId: string): FunctionConfiguration {
  const suffix = Version === '$LATEST' ? '' : `:${Version}`;
  return {
    FunctionName: 'thumbnailer',
    FunctionArn: `${arn('thumbnailer')}${suffix}`,
    PackageType: 'Image',
    Version,
    RevisionId,
  };
}

const zipped: FunctionConfiguration = {
  FunctionName: 'zipped',
  FunctionArn: arn('zipped'),
  PackageType: 'Zip',
  Version: '$LATEST',
};

/** Pages of versions; the image of each is told by its version. */
function lambda(pages: readonly (readonly FunctionConfiguration[])[], over: Answers = {}) {
  const answers: Answers = {
    ListFunctions: ({ Marker = '0' }: { Marker?: string }) => {
      const next = Number(Marker) + 1;
      return { Functions: pages[Number(Marker)], ...(next < pages.length && { NextMarker: String(next) }) };
    },
    GetFunction: ({ Qualifier }: GetFunctionRequest) => ({
      Code: {
        ImageUri: `${repository}:${Qualifier === '$LATEST' ? 'main' : `v${Qualifier}`}`,
        ResolvedImageUri: `${repository}@${digest(Qualifier === '$LATEST' ? 'f' : (Qualifier ?? ''))}`,
      },
    }),
    ...over,
  };
  const { client, calls } = simulated(LambdaClient, answers);
  const ask = lambdaInventory(client);
  return { calls, ask: () => ask(all, waiting) };
}

describe('what Lambda uses', () => {
  it('are the images of all versions, by the digest that they came to', async () => {
    const { ask, calls } = lambda([[zipped, version('$LATEST', 'r9')], [version('1', 'r1')]]);
    expect(await ask()).toEqual([
      {
        image: { registry: expect.any(String), repository: 'thumbnailer', digest: digest('f') },
        by: 'function thumbnailer, version $LATEST',
        isRunning: true,
      },
      expect.objectContaining({ by: 'function thumbnailer, version 1' }),
    ]);
    expect(calls[0]).toMatchObject({ operation: 'ListFunctions', input: { FunctionVersion: 'ALL' } });
    expect(calls.map(({ operation }) => operation)).toEqual([
      'ListFunctions',
      'ListFunctions',
      'GetFunction',
      'GetFunction',
    ]);
  });

  it('is asked again only for what has changed', async () => {
    const pages = [[version('$LATEST', 'r9'), version('1', 'r1')]];
    const { ask, calls } = lambda(pages);
    const first = await ask();
    calls.length = 0;
    expect(await ask()).toEqual(first);
    expect(calls.map(({ operation }) => operation)).toEqual(['ListFunctions']);
    pages[0] = [version('$LATEST', 'r10'), version('1', 'r1')];
    calls.length = 0;
    await ask();
    expect(calls.slice(1)).toMatchObject([{ operation: 'GetFunction', input: { Qualifier: '$LATEST' } }]);
  });

  it('is named by tag where nothing else is told', async () => {
    const { ask } = lambda([[version('1', 'r1')]], {
      GetFunction: () => ({ Code: { ImageUri: `${repository}:v1` } }),
    });
    expect(await ask()).toMatchObject([{ image: { repository: 'thumbnailer', tag: 'v1' } }]);
  });

  it('is no longer used by a version that was deleted meanwhile', async () => {
    const { ask } = lambda([[version('1', 'r1')]], {
      GetFunction: () => {
        throw new AwsError('ResourceNotFoundException', 'Function not found', 404);
      },
    });
    expect(await ask()).toEqual([]);
  });
});

describe('Lambda is not known', () => {
  it.each<[string, Answers]>([
    ['the list is left out', { ListFunctions: () => ({}) }],
    ['no image is told', { GetFunction: () => ({ Code: {} }) }],
    ['what is told is no image', { GetFunction: () => ({ Code: { ImageUri: 'Not An Image' } }) }],
    [
      'a call is refused',
      {
        GetFunction: () => {
          throw new AwsError('AccessDeniedException', 'not authorized', 403);
        },
      },
    ],
  ])('when %s', async (_when, answers) => {
    await expect(lambda([[version('1', 'r1')]], answers).ask()).rejects.toThrow();
  });
});
