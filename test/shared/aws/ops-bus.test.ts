import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { opsBus } from '../../../shared/aws/ops-bus.ts';
import { imageJudged } from '../../builders.ts';
import { answeredClient, type WireAnswer } from './answers.ts';

function busOf(answer: WireAnswer) {
  const { client, requests } = answeredClient(EventBridgeClient, () => answer);
  return { bus: opsBus(client, 'aeon-ops', 'judge-scan'), requests };
}

const event = { detailType: 'Image Judged', detail: imageJudged('block') } as const;

describe('publish', () => {
  it('puts the event on the bus under the function’s own source, with its subject and its time', async () => {
    const { bus, requests } = busOf({ body: { FailedEntryCount: 0, Entries: [{ EventId: 'one' }] } });
    await bus.publish(event);
    expect(requests).toEqual([
      {
        operation: 'PutEvents',
        input: {
          Entries: [
            {
              EventBusName: 'aeon-ops',
              Source: 'aeon-ops.judge-scan',
              DetailType: 'Image Judged',
              Detail: JSON.stringify(event.detail),
              Resources: [event.detail.subject],
              Time: Date.parse(event.detail.occurredAt) / 1000,
            },
          ],
        },
      },
    ]);
  });

  it('fails when the bus answers well and did not take the event', async () => {
    const { bus } = busOf({
      body: {
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
      },
    });
    await expect(bus.publish(event)).rejects.toMatchObject({
      name: 'RetryableError',
      message: "The bus aeon-ops did not take 'Image Judged': ThrottlingException: slow down",
    });
  });

  it('fails when the call fails', async () => {
    const { bus } = busOf({ error: 'InternalException', status: 500 });
    await expect(bus.publish(event)).rejects.toMatchObject({ name: 'InternalException' });
  });
});
