import { describe, expect, it } from '@jest/globals';
import { compose } from '../../../../functions/images/admit-image/compose.ts';
import type { Answer } from '../../../../functions/images/admit-image/run.ts';
import type { VerdictRecord } from '../../../../shared/domain/verdict-record.ts';
import { digest, policy, verdictRecord } from '../../../builders.ts';
import type { WireAnswer, WireRequest } from '../../../shared/aws/answers.ts';
import { lambdaContext, TestWorld } from '../../../shared/aws/world.ts';

const registry = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
const image = `${registry}/api@${digest}`;

const environment = {
  AWS_REGION: 'us-east-1',
  VERDICT_TABLE: 'verdicts',
  SWITCH_TABLE: 'switches',
  REGISTRY_ACCOUNT: '111122223333',
};

interface Stand {
  readonly ask: (event: unknown) => Promise<unknown>;
  readonly calls: () => readonly string[];
  readonly world: TestWorld<typeof policy>;
}

/** A registry whose only image is `digest`, tagged `api-prod-1.0.0-4f1c2ab`, and what was made of it. */
function stand(
  records: readonly Partial<VerdictRecord>[],
  failures: Readonly<Record<string, WireAnswer>> = {},
): Stand {
  const rows = records.map(verdictRecord).map((record) => ({
    digest: { S: record.digest },
    copy: { S: `${record.region}#${record.repository}` },
    record: { S: JSON.stringify(record) },
  }));
  const world = new TestWorld(policy, ({ operation, input }: WireRequest) => {
    const failure = failures[operation];
    if (failure) return failure;
    if (operation === 'DescribeImages') {
      const [{ imageTag }] = input.imageIds as [{ imageTag: string }];
      return imageTag === 'api-prod-1.0.0-4f1c2ab'
        ? { body: { imageDetails: [{ imageDigest: digest }] } }
        : { error: 'ImageNotFoundException' };
    }
    return { body: { Responses: { verdicts: rows, switches: [] }, UnprocessedKeys: {} } };
  });
  const handler = compose(environment, world);
  return {
    ask: (event) => handler(event, lambdaContext()),
    calls: () => world.requests.map(({ operation }) => operation),
    world,
  };
}

describe('a pipeline', () => {
  it('is told that an image may run, and by which verdicts', async () => {
    const { ask, calls } = stand([{}]);
    expect(await ask({ image, environment: 'production' })).toEqual({
      admitted: true,
      outcome: 'admit',
      reason: 'pass in us-east-1: the scan found nothing',
      image,
      environment: 'production',
      verdicts: [
        {
          region: 'us-east-1',
          repository: 'api',
          verdict: 'pass',
          reason: 'the scan found nothing',
          observedAt: '2026-03-02T08:00:05.000Z',
        },
      ],
    } satisfies Answer);
    expect(calls()).toEqual(['BatchGetItem']);
  });

  it('is told why one may not', async () => {
    const { ask, world } = stand([{ verdict: 'block', reason: '1 CRITICAL finding: CVE-2026-0001' }]);
    expect(await ask({ image, environment: 'production' })).toMatchObject({
      admitted: false,
      outcome: 'refuse',
      reason: 'block in us-east-1: 1 CRITICAL finding: CVE-2026-0001',
    });
    expect(world.logged).toMatchObject([
      { message: 'outcome', facts: { outcome: 'not admitted', subject: image } },
    ]);
  });

  it.each([
    ['with its registry', `${registry}/api:api-prod-1.0.0-4f1c2ab`],
    ['without', 'api:api-prod-1.0.0-4f1c2ab'],
  ])('may name an image by its tag, %s, and is told the digest to deploy', async (_what, tagged) => {
    const { ask, calls, world } = stand([{}]);
    expect(await ask({ image: tagged, environment: 'production' })).toMatchObject({
      admitted: true,
      image: `${tagged}@${digest}`,
    });
    expect(calls()).toEqual(['DescribeImages', 'BatchGetItem']);
    expect(world.requests[0]?.input).toEqual({
      repositoryName: 'api',
      imageIds: [{ imageTag: 'api-prod-1.0.0-4f1c2ab' }],
      filter: { imageStatus: 'ANY' },
    });
  });

  it.each(['api:gone', 'api'])('is refused what the registry does not have: %s', async (gone) => {
    expect(await stand([{}]).ask({ image: gone, environment: 'development' })).toMatchObject({
      admitted: false,
      image: gone,
      reason: 'our registry in us-east-1 has no such image',
    });
  });

  it('has to ask about a tag where the tag is', async () => {
    const elsewhere = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/api:1';
    const { ask, calls } = stand([{}]);
    await expect(ask({ image: elsewhere, environment: 'production' })).rejects.toThrow('ask in eu-west-1');
    expect(calls()).toEqual([]);
  });

  it('asks nothing of AWS about images of others without a digest', async () => {
    const { ask, calls } = stand([]);
    expect(await ask({ image: 'ghcr.io/someone/tool:1', environment: 'production' })).toMatchObject({
      outcome: policy.images.admission.foreignImages,
    });
    expect(calls()).toEqual([]);
  });

  it('is refused in production, and warned elsewhere, while the verdicts cannot be read', async () => {
    const { ask } = stand([{}], { BatchGetItem: { error: 'InternalServerError', status: 500 } });
    expect(await ask({ image, environment: 'production' })).toMatchObject({ admitted: false });
    expect(await ask({ image, environment: 'development' })).toMatchObject({
      admitted: true,
      outcome: 'warn',
    });
  });

  it('is given no answer when ECR gives none', async () => {
    const { ask } = stand([{}], { DescribeImages: { error: 'ServerException', status: 500 } });
    await expect(ask({ image: 'api:1', environment: 'development' })).rejects.toThrow();
  });

  it.each([
    ['nothing', undefined],
    ['no image', { environment: 'production' }],
    ['an image that is no text', { image: 7, environment: 'production' }],
    ['no environment', { image }],
    ['an environment that is not there', { image, environment: 'constructor' }],
  ])('that asks %s is told what is wrong', async (_what, event) => {
    await expect(stand([{}]).ask(event)).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

describe('over the function URL', () => {
  const post = (body: string, method = 'POST') => ({
    version: '2.0',
    rawPath: '/',
    requestContext: { http: { method } },
    body,
    isBase64Encoded: false,
  });

  it('the answer is the same, as JSON', async () => {
    const answered = await stand([{}]).ask(post(JSON.stringify({ image, environment: 'production' })));
    expect(answered).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse((answered as { body: string }).body)).toMatchObject({ admitted: true, image });
  });

  it.each([
    ['{', 'The body is not JSON'],
    ['{}', 'image: expected string'],
    [JSON.stringify({ image, environment: 'qa' }), "There is no environment 'qa'"],
  ])('a question that cannot be understood is answered with 400 and why: %s', async (body, why) => {
    const answered = await stand([{}]).ask(post(body));
    expect(answered).toMatchObject({ statusCode: 400, body: expect.stringContaining(why) });
  });

  it('another method is turned away', async () => {
    expect(await stand([{}]).ask(post('', 'GET'))).toMatchObject({ statusCode: 405 });
  });
});
