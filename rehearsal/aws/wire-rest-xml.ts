import { Readable } from 'node:stream';
import type { AwsError } from '../kernel.ts';
import { type Schema, type Structure, structureOf, textsNamed, writeXml } from './wire-xml.ts';

/** Headers and body of an answer of Amazon S3. */
interface RestAnswer {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | Readable;
}

/**
 * An output in the protocol REST XML: some members are headers, one may be the body itself, and the rest is XML.
 *
 * @throws TypeError for a member that belongs into a header and is neither text, number, boolean nor moment
 * @see https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 */
export function restXmlOutput(output: object, schema: Schema): RestAnswer {
  if (schema === 'unit') return { headers: {}, body: new Uint8Array() };
  const shape = structureOf(schema);
  const values: Readonly<Record<string, unknown>> = { ...output };
  const headers: Record<string, string> = {};
  const inBody: [string, Schema][] = [];
  let stream: Readable | undefined;
  for (const [index, name] of shape[4].entries()) {
    const member = shape[5][index];
    if (member === undefined) continue;
    const value = values[name];
    const place = placeOf(member);
    if (place === 'body') inBody.push([name, member]);
    else if (value === undefined) continue;
    else if (place === 'payload') stream = Readable.from([value]);
    else headers[place.header] = headerText(name, value);
  }
  if (stream !== undefined) return { headers, body: stream };
  if (inBody.length === 0) return { headers, body: new Uint8Array() };
  const [kind, namespace, name, traits] = shape;
  const body: Structure = [
    kind,
    namespace,
    name,
    traits,
    inBody.map(([member]) => member),
    inBody.map(([, member]) => member),
  ];
  return { headers, body: writeXml(body, values) };
}

/** Whether one member of an output is the whole body, as it is, in whatever protocol the others would be written. */
export function isBodyItself(schema: Schema): boolean {
  return structureOf(schema)[5].some((member) => placeOf(member) === 'payload');
}

/** S3 writes its errors without an envelope. */
export function restXmlError({ code, message }: AwsError): Uint8Array {
  const fields = { Code: code, Message: message };
  return writeXml(textsNamed('Error', fields), fields);
}

/** A member of a structure is a schema, or a pair of a schema and the member's traits. */
function placeOf(member: Schema): 'body' | 'payload' | { readonly header: string } {
  const traits: unknown = Array.isArray(member) && member.length === 2 ? member[1] : undefined;
  if (traits === payloadTrait) return 'payload';
  if (typeof traits !== 'object' || traits === null) return 'body';
  const header: unknown = Reflect.get(traits, 'httpHeader') ?? Reflect.get(traits, 'httpPrefixHeaders');
  return typeof header === 'string' ? { header: header.toLowerCase() } : 'body';
}

/** The SDK's number for a member that is the whole body. */
const payloadTrait = 16;

function headerText(name: string, value: unknown): string {
  if (value instanceof Date) return value.toUTCString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  throw new TypeError(`the simulated AWS cannot put the member ${name} into a header`);
}
