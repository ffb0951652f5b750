import { isDeepStrictEqual } from 'node:util';
import type { IncomingQueue, OutgoingQueue } from '../../../shared/aws/queue.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import { readAlertMessage } from '../../../shared/events/alert-message.ts';
import type { SqsMessage } from '../../../shared/events/sqs.ts';
import { deadLetter } from '../../../shared/lambda/chain.ts';
import { PermanentError, RetryableError } from '../../../shared/lambda/errors.ts';
import type { Outcome } from '../../../shared/lambda/outcome.ts';
import { type Conversation, decideTelling, newestOf, type Telling } from './conversation.ts';
import type { ConversationTable } from './conversation-table.ts';
import type { Sink, SinkAnswer, Tell } from './sink.ts';

export interface DeliverDeps {
  /** The sink's name in the policy. */
  readonly sinkName: string;
  readonly sink: Sink;
  readonly conversations: ConversationTable;
  readonly queue: IncomingQueue;
  readonly deadLetters: OutgoingQueue;
  readonly now: () => Date;
  readonly random: () => number;
}

export interface Invocation {
  /**
   * Lambda's: no other invocation has it. SQS may hand one message to two of them at once, so that the message alone
   * does not name who works on it.
   */
  readonly requestId: string;
  /** Whether there is time for one more message. */
  readonly hasTime: () => boolean;
}

/** Where the work on one message ended. `again`: it stays in the queue. */
export type Delivery = Outcome & { readonly again: boolean };

/**
 * Longer than the function may run: a claim that runs out was left by a worker that died.
 * The function's timeout is in its contract.
 */
const claimMs = 90_000;

/**
 * Tells a sink the alerts of one batch, one after the other, and says of each message how that ended.
 *
 * An alert is claimed, told, and only then marked as told. Where the sink answers that it is busy, that message and
 * the rest of the batch are hidden for as long as it asked, and nothing more is offered to it now. A message that
 * fails does not fail the others.
 *
 */
export async function deliverAlerts(
  messages: readonly SqsMessage[],
  invocation: Invocation,
  deps: DeliverDeps,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  let busyUntil = 0;
  for (const message of messages) {
    const waitSeconds = (busyUntil - deps.now().getTime()) / 1000;
    if (waitSeconds > 0) {
      deliveries.push(await putBack(message, 'the sink asked to wait', waitSeconds, deps));
    } else if (invocation.hasTime()) {
      const { busySeconds = 0, ...delivery } = await deliverAlert(message, invocation.requestId, deps);
      busyUntil = deps.now().getTime() + busySeconds * 1000;
      deliveries.push(delivery);
    } else {
      deliveries.push(await putBack(message, 'the function ran out of time', 0, deps));
    }
  }
  return deliveries;
}

async function deliverAlert(
  message: SqsMessage,
  requestId: string,
  deps: DeliverDeps,
): Promise<Delivery & { readonly busySeconds?: number }> {
  let subject = `message ${message.messageId}`;
  try {
    const alert = readAlertMessage(message.body);
    subject = alert.fingerprint;
    const { telling, conversation } = await claim(alert, `${requestId}/${message.messageId}`, deps);
    if (telling.do === 'hold') return { outcome: 'held', reason: telling.reason, subject, again: false };
    if (telling.do === 'wait') {
      const seconds = (Date.parse(telling.until) - deps.now().getTime()) / 1000;
      return { ...(await putBack(message, telling.reason, seconds, deps)), subject };
    }

    const answer = await offer(alert, telling, conversation, deps);
    return { ...(await settle(answer, { alert, telling, conversation, message }, deps)), subject };
  } catch (error) {
    return { ...(await giveUp(error, message, deps)), subject };
  }
}

/** A message that can be neither kept nor hidden comes back by itself when its visibility timeout ends. */
async function giveUp(
  error: unknown,
  message: SqsMessage,
  deps: DeliverDeps,
): Promise<Omit<Delivery, 'subject'>> {
  try {
    if (error instanceof PermanentError) {
      await deadLetter(deps.deadLetters, message.body, error);
      return { outcome: 'refused', reason: error.message, again: false };
    }
    await putBack(message, '', backOffSeconds(message), deps);
    return { outcome: 'failed', reason: describe(error), again: true };
  } catch (fault) {
    return { outcome: 'failed', reason: `${describe(error)}; and then ${describe(fault)}`, again: true };
  }
}

function describe(error: unknown): string {
  return Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
}

/** What is thrown before anything was offered (a secret that cannot be read) leaves no claim behind. */
async function offer(
  alert: Alert,
  telling: Tell,
  conversation: Conversation,
  deps: DeliverDeps,
): Promise<SinkAnswer> {
  try {
    return await deps.sink.tell(alert, telling);
  } catch (error) {
    await deps.conversations.write(withoutClaim(conversation));
    throw error;
  }
}

interface Claimed {
  readonly telling: Telling;
  readonly conversation: Conversation;
}

const mostAttempts = 5;

/**
 * Decides by the conversation and, to tell, claims it. It is first taken to be a new one: when it is not, the refused
 * write brings back what is there, and that is decided by.
 */
async function claim(alert: Alert, worker: string, deps: DeliverDeps): Promise<Claimed> {
  let conversation: Conversation = { key: `${deps.sinkName}/${alert.fingerprint}`, version: 0 };
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const telling = decideTelling(conversation, alert, deps.now(), worker);
    const next = afterDeciding(conversation, telling, worker, deps.now());
    if (next === undefined) return { telling, conversation };
    const result = await deps.conversations.write(next);
    if ('written' in result) return { telling, conversation: result.written };
    conversation = result.found;
  }
  throw new RetryableError(`${mostAttempts} other workers came first on this alert`);
}

/** What has to be written before going on; undefined: nothing. */
function afterDeciding(
  conversation: Conversation,
  telling: Telling,
  worker: string,
  now: Date,
): Conversation | undefined {
  switch (telling.do) {
    case 'tell': {
      const until = new Date(now.getTime() + claimMs).toISOString();
      const doubt = telling.mayRepeat ? ({ doubtful: true } as const) : {};
      return { ...conversation, ...doubt, claim: { by: worker, until } };
    }
    case 'hold':
      return telling.remember && { ...conversation, newest: telling.remember };
    case 'wait':
      return undefined;
    default:
      return telling satisfies never;
  }
}

interface Told {
  readonly alert: Alert;
  readonly telling: Tell;
  readonly conversation: Conversation;
  readonly message: SqsMessage;
}

async function settle(
  answer: SinkAnswer,
  { alert, telling, conversation, message }: Told,
  deps: DeliverDeps,
): Promise<Omit<Delivery, 'subject'> & { readonly busySeconds?: number }> {
  const { claim: _done, doubtful: _settled, newest, ...rest } = conversation;
  switch (answer.said) {
    case 'told': {
      const { severity, condition, occurredAt } = alert;
      const told =
        telling.resolvedAt === undefined
          ? { state: alert.state, severity, condition, occurredAt }
          : { state: 'resolved' as const, severity, condition, occurredAt: telling.resolvedAt };
      const result = await deps.conversations.write({ ...rest, told, newest: newestOf(newest, told) });
      if ('found' in result && !isDeepStrictEqual(result.found.told, told)) {
        return overtaken(result.found, conversation, message, deps);
      }
      return { outcome: 'told', reason: telling.reason, again: false, facts: { as: telling.as } };
    }
    case 'busy': {
      const busySeconds = Math.max(answer.retryAfterSeconds, patience(message));
      await deps.conversations.write(withoutClaim(conversation));
      const { again, outcome } = await putBack(message, '', busySeconds, deps);
      return { outcome, reason: `the sink is busy for ${busySeconds} s`, again, busySeconds };
    }
    case 'unclear': {
      await deps.conversations.write({ ...withoutClaim(conversation), doubtful: true });
      const { again, outcome } = await putBack(message, '', backOffSeconds(message), deps);
      return { outcome, reason: answer.why, again };
    }
    case 'refused':
      await deps.conversations.write(withoutClaim(conversation));
      throw new PermanentError(`The sink ${deps.sinkName} refused the alert: ${answer.why}`);
    default:
      return answer satisfies never;
  }
}

/**
 * It was told, and somebody has written meanwhile who could not know: after our claim had run out, or because DynamoDB
 * forgot the conversation. An end may have been held for want of a firing that was told, so it is decided once more.
 */
async function overtaken(
  found: Conversation,
  { claim: own }: Conversation,
  message: SqsMessage,
  deps: DeliverDeps,
): Promise<Omit<Delivery, 'subject'>> {
  const isWorkedOn = found.claim !== undefined && found.claim.by !== own?.by;
  if (!isWorkedOn) await deps.conversations.write({ ...withoutClaim(found), doubtful: true });
  const { again, outcome } = await putBack(message, '', backOffSeconds(message), deps);
  return { outcome, reason: 'it was told, and another worker came between: it is decided anew', again };
}

function withoutClaim({ claim: _released, ...conversation }: Conversation): Conversation {
  return conversation;
}

/** Leaves the message in the queue, hidden for a while: at least for so long, and up to a quarter and a second longer. */
async function putBack(
  { messageId, receiptHandle }: SqsMessage,
  reason: string,
  seconds: number,
  { queue, random }: DeliverDeps,
): Promise<Delivery> {
  await queue.hide(receiptHandle, seconds <= 0 ? 0 : seconds + random() * (seconds / 4 + 1));
  return { outcome: 'put back', reason, subject: `message ${messageId}`, again: true };
}

/**
 * Seconds that a message rests at least: 1 s, doubled with each receipt, up to the longest rest. A busy sink may ask
 * for more.
 */
function patience(message: SqsMessage): number {
  return Math.min(2 ** (message.receiveCount - 1), longestRest(message));
}

/** 5 s, doubled with each receipt, up to the longest rest: nobody has said when the sink will be well. */
function backOffSeconds(message: SqsMessage): number {
  return Math.min(5 * 2 ** (message.receiveCount - 1), longestRest(message));
}

/**
 * Two minutes, so that a sink that is well again is used again soon; once it has been ill for hours a quarter of an
 * hour, so that the receipts which the queue allows last for days.
 */
function longestRest({ receiveCount }: SqsMessage): number {
  return receiveCount > 60 ? 900 : 120;
}
