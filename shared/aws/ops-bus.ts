import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { OpsEvent } from '../events/ops-events.ts';
import { RetryableError } from '../lambda/errors.ts';

/** The ops bus of this Region, `aeon-ops`. */
export interface OpsBus {
  /** @throws RetryableError when the bus did not take the event */
  readonly publish: (event: OpsEvent) => Promise<void>;
}

/**
 * @param functionName names the source, `aeon-ops.<function>`; the function's role may put no other
 */
export function opsBus(eventbridge: EventBridgeClient, busName: string, functionName: string): OpsBus {
  return {
    async publish({ detailType, detail }) {
      const { FailedEntryCount, Entries } = await eventbridge.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: busName,
              Source: `aeon-ops.${functionName}`,
              DetailType: detailType,
              Detail: JSON.stringify(detail),
              Resources: [detail.subject],
              Time: new Date(detail.occurredAt),
            },
          ],
        }),
      );
      if (FailedEntryCount) {
        const { ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
        throw new RetryableError(
          `The bus ${busName} did not take '${detailType}': ${ErrorCode}: ${ErrorMessage}`,
        );
      }
    },
  };
}
