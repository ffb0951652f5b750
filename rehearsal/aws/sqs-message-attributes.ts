import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError } from '../kernel.ts';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** A text attribute, as AWS services set them. */
export function text(value: string, dataType: 'String' | 'Number' = 'String'): MessageAttributeValue {
  return { DataType: dataType, StringValue: value };
}

/**
 * @throws AwsError InvalidParameterValue
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > 10)
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i.test(name)) {
      throw invalid(`The message attribute name '${name}' is invalid.`);
    }
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType ?? '')) {
      throw invalid(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (!(DataType?.startsWith('Binary') ? BinaryValue?.length : StringValue)) {
      throw invalid(
        `The message attribute '${name}' must contain a non-empty value for its type '${DataType}'.`,
      );
    }
  }
}

/** What the attributes count for in the message's size: names, types and values, in bytes of UTF-8. */
export function attributesSize(attributes: MessageAttributes): number {
  return Object.entries(attributes)
    .flatMap(([name, { DataType = '', StringValue = '', BinaryValue }]) => [
      name,
      DataType,
      BinaryValue ?? StringValue,
    ])
    .reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

export function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

/**
 * The digest by which a client can check that its attributes arrived: each attribute in order of its name, as name,
 * data type, a byte for the kind of value, and value; all but that byte preceded by their length.
 *
 * @returns undefined when there are none, as AWS then leaves it out
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const sorted = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
  if (sorted.length === 0) return undefined;
  const parts = sorted.flatMap(([name, { DataType = '', StringValue = '', BinaryValue }]) => [
    withLength(Buffer.from(name)),
    withLength(Buffer.from(DataType)),
    Buffer.of(BinaryValue === undefined ? 1 : 2),
    withLength(Buffer.from(BinaryValue ?? StringValue)),
  ]);
  return md5(Buffer.concat(parts));
}

/** Those that ReceiveMessage was asked for: by name, all (`All`, `.*`), or by prefix (`bar.*`). */
export function chosenAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const isWanted = (name: string): boolean =>
    wanted.some(
      (one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

function withLength(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return Buffer.concat([length, part]);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
