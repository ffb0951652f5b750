import type { Readable } from 'node:stream';
import type { AwsError } from '../kernel.ts';
import { isBodyItself, restXmlError, restXmlOutput } from './wire-rest-xml.ts';
import { type Schema, structure, structureOf, textsNamed, writeXml } from './wire-xml.ts';

/**
 * Answers of the simulated AWS as HTTP responses in the protocol of the client that asked, so that the client's own
 * deserializer parses them. Output shapes come from the schemas in the SDK: a member that AWS's model does not know
 * never reaches the caller.
 *
 * Of REST JSON, only operations are spoken whose answer is all in the body, or whose body is a single member as it is: what
 * belongs into a header beside JSON would be lost.
 *
 * Schemas and protocol objects are internals of the SDK. The lock file pins it and connect.test.ts holds each client to
 * this use of them.
 * @see https://smithy.io/2.0/aws/protocols/index.html
 */

export interface OperationSchema {
  readonly namespace: string;
  /** `GetItem` */
  readonly name: string;
  readonly traits: unknown;
  readonly input: Schema;
  readonly output: Schema;
}

/** What is used of a client's protocol object. */
export interface Protocol {
  getShapeId(): string;
  getPayloadCodec(): {
    createSerializer(): { write(schema: Schema, value: unknown): void; flush(): Uint8Array | undefined };
  };
  deserializeResponse(operation: OperationSchema, context: object, response: HttpResponse): Promise<object>;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | Readable;
}

/**
 * @throws RangeError for a protocol that is not spoken here, by name
 */
export function answer(protocol: Protocol, operation: OperationSchema, output: object): HttpResponse {
  const id = protocol.getShapeId();
  switch (id) {
    case 'aws.protocols#awsJson1_0':
    case 'aws.protocols#awsJson1_1':
      return jsonResponse(200, jsonOutput(protocol, operation, output));
    case 'aws.protocols#restJson1':
      return !isUnit(operation.output) && isBodyItself(operation.output)
        ? { statusCode: 200, ...restXmlOutput(output, operation.output) }
        : jsonResponse(200, jsonOutput(protocol, operation, output));
    case 'aws.protocols#awsQuery':
      return xmlResponse(200, queryOutput(operation, output));
    case 'aws.protocols#ec2Query':
      return xmlResponse(200, ec2Output(operation, output));
    case 'aws.protocols#restXml':
      return { statusCode: 200, ...restXmlOutput(output, operation.output) };
    default:
      throw unknownProtocol(id, operation);
  }
}

/**
 * @throws RangeError for a protocol that is not spoken here, by name
 */
export function errorAnswer(protocol: Protocol, operation: OperationSchema, error: AwsError): HttpResponse {
  const id = protocol.getShapeId();
  switch (id) {
    case 'aws.protocols#awsJson1_0':
    case 'aws.protocols#awsJson1_1':
    case 'aws.protocols#restJson1':
      return jsonResponse(error.httpStatus, jsonError(error));
    case 'aws.protocols#awsQuery':
      return xmlResponse(error.httpStatus, queryError(error));
    case 'aws.protocols#ec2Query':
      return xmlResponse(error.httpStatus, ec2Error(error));
    case 'aws.protocols#restXml':
      return xmlResponse(error.httpStatus, restXmlError(error));
    default:
      throw unknownProtocol(id, operation);
  }
}

function jsonOutput(protocol: Protocol, operation: OperationSchema, output: object): Uint8Array {
  const serializer = protocol.getPayloadCodec().createSerializer();
  serializer.write(operation.output, output);
  return serializer.flush() ?? new Uint8Array();
}

function jsonError(error: AwsError): Uint8Array {
  return bytes(JSON.stringify({ __type: error.code, message: error.message, ...jsonMembers(error.members) }));
}

/** `<PublishResponse><PublishResult>…</PublishResult></PublishResponse>` */
function queryOutput(operation: OperationSchema, output: object): Uint8Array {
  if (isUnit(operation.output)) return new Uint8Array();
  const result = `${operation.name}Result`;
  return writeXml(structure(`${operation.name}Response`, { [result]: operation.output }), {
    [result]: output,
  });
}

/**
 * `<DescribeSnapshotsResponse><snapshotSet>…</snapshotSet></DescribeSnapshotsResponse>`
 * @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
function ec2Output(operation: OperationSchema, output: object): Uint8Array {
  if (isUnit(operation.output)) return new Uint8Array();
  const [kind, namespace, , traits, names, members] = structureOf(operation.output);
  return writeXml([kind, namespace, `${operation.name}Response`, traits, names, members], output);
}

function isUnit(schema: Schema): boolean {
  return (typeof schema === 'function' ? schema() : schema) === 'unit';
}

function ec2Error({ code, message }: AwsError): Uint8Array {
  const fields = { Code: code, Message: message };
  const shape = structure('Errors', { Error: textsNamed('Error', fields) });
  return writeXml(structure('Response', { Errors: shape }), { Errors: { Error: fields } });
}

function queryError(error: AwsError): Uint8Array {
  const fields: Record<string, string> = {
    Type: error.httpStatus < 500 ? 'Sender' : 'Receiver',
    Code: error.code,
    Message: error.message,
  };
  for (const [name, value] of Object.entries(error.members)) fields[name] = String(value);
  return writeXml(structure('ErrorResponse', { Error: textsNamed('Error', fields) }), { Error: fields });
}

/** As AWS JSON writes them: moments in seconds since 1970, bytes in base64. */
function jsonMembers(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, jsonMember(value)]));
}

function jsonMember(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonMember);
  if (typeof value === 'object' && value !== null)
    return jsonMembers(Object.fromEntries(Object.entries(value)));
  return value;
}

function jsonResponse(statusCode: number, body: Uint8Array): HttpResponse {
  return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
}

function xmlResponse(statusCode: number, body: Uint8Array): HttpResponse {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body };
}

function bytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

function unknownProtocol(id: string, operation: OperationSchema): RangeError {
  return new RangeError(
    `${operation.namespace}#${operation.name} is answered in the protocol '${id}', which the simulated AWS does not speak; teach it in wire.ts`,
  );
}
