import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { SingleAttemptSnsClient, topic } from '../../../shared/aws/topic.ts';

it('publishes once: of an answer that was lost, or none, whoever publishes has to know', async () => {
  let requests = 0;
  const requestHandler = {
    async handle(): Promise<{ response: object }> {
      requests += 1;
      const body =
        '<ErrorResponse><Error><Code>InternalError</Code><Message>ill</Message></Error></ErrorResponse>';
      return {
        response: {
          statusCode: 500,
          headers: { 'content-type': 'text/xml' },
          body: Readable.from([Buffer.from(body)]),
        },
      };
    },
  };
  // As the clients of a function are made, that try three times.
  const config = {
    region: 'us-east-1',
    maxAttempts: 3,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
  };
  const sns = new SingleAttemptSnsClient({ ...config, requestHandler } as typeof config);
  const publication = topic(sns, 'arn:aws:sns:us-east-1:123456789012:mail').publish('subject', 'text', {});
  await expect(publication).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect(requests).toBe(1);
});
