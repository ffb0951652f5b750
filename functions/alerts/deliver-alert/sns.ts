import { SNSServiceException } from '@aws-sdk/client-sns';
import type { Topic } from '../../../shared/aws/topic.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { Sink, SinkAnswer, Tell } from './sink.ts';
import { badge, cut, footnotes, headline, plainText } from './wording.ts';

/** An SNS topic: mail, SMS, or whatever subscribes to it. */
export function snsSink(topic: Topic): Sink {
  return {
    async tell(alert, telling) {
      try {
        await topic.publish(snsSubject(alert, telling), snsText(alert, telling), {
          severity: alert.severity,
          environment: alert.environment,
          state: alert.state,
        });
        return { said: 'told' };
      } catch (error) {
        return readError(error);
      }
    },
  };
}

/**
 * SNS demands fewer than 100 characters, without line breaks; mail programs show ASCII alone the same everywhere.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function snsSubject(alert: Alert, telling: Tell): string {
  const state = alert.state === 'resolved' ? 'RESOLVED' : alert.severity.toUpperCase();
  const subject = `[${state} ${alert.environment}] ${headline(alert, telling)}`.replace(/[^\x20-\x7e]/g, '?');
  return subject.length < 100 ? subject : `${subject.slice(0, 96)}...`;
}

/** SNS takes 256 KiB; each part is held to what a person reads. */
export function snsText(alert: Alert, telling: Tell): string {
  const paragraphs = [
    `${badge(alert, telling)} ${headline(alert, telling)}`,
    alert.meaning,
    alert.action === '' ? '' : `What to do: ${alert.action}`,
    alert.facts.map(({ name, value }) => `${name}: ${value.replaceAll('\n', '\n  ')}`).join('\n'),
    alert.links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    footnotes(alert, telling).join('\n'),
  ];
  return paragraphs
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => cut(plainText(paragraph), 4000))
    .join('\n\n');
}

/**
 * What the SDK has retried and given up. SNS refuses for good only a message that it can never take, and a topic that
 * is not there; keys, permissions and credentials are mended by people while the alert waits in its queue.
 */
function readError(error: unknown): SinkAnswer {
  const why = Error.isError(error)
    ? `SNS answered ${error.name}: ${error.message}`
    : `no answer from SNS (${error})`;
  if (!(error instanceof SNSServiceException)) return { said: 'unclear', why };
  if (/throttl/i.test(error.name) || error.$metadata.httpStatusCode === 429) {
    return { said: 'busy', retryAfterSeconds: 5 };
  }
  return /^(InvalidParameter|NotFound|EndpointDisabled)/.test(error.name)
    ? { said: 'refused', why }
    : { said: 'unclear', why };
}
