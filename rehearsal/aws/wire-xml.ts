import { XmlShapeSerializer } from '@aws-sdk/core/protocols';

/** How the SDK describes a structure: `[3, namespace, name, traits, member names, member schemas]`. */
export type Structure = Extract<
  Parameters<XmlShapeSerializer['write']>[0],
  readonly [3, string, string, ...unknown[]]
>;

/** How the SDK describes a shape. */
export type Schema = Structure[5][number];

/** A structure of our own. */
export function structure(name: string, members: Readonly<Record<string, Schema>>): Structure {
  return [3, '', name, 0, Object.keys(members), Object.values(members)];
}

/**
 * The structure that a schema of the SDK stands for. The SDK leaves many to a function, so that they may refer to each
 * other.
 *
 * @throws TypeError when the schema is of another kind
 */
export function structureOf(schema: Schema): Structure {
  const given = typeof schema === 'function' ? schema() : schema;
  if (isStructure(given)) return given;
  throw new TypeError('the SDK describes this shape otherwise than by a structure; teach it in wire-xml.ts');
}

function isStructure(schema: unknown): schema is Structure {
  return Array.isArray(schema) && (schema[0] === 3 || schema[0] === -3) && Array.isArray(schema[4]);
}

/** The value as XML, under an element that has the structure's name. */
export function writeXml(schema: Structure, value: object): Uint8Array {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    xmlNamespace: '',
    serviceNamespace: '',
  });
  serializer.write(schema, value);
  return toBytes(serializer.flush());
}

/** The schema of a structure that holds nothing but texts. */
export function textsNamed(name: string, texts: Readonly<Record<string, string>>): Structure {
  return structure(name, Object.fromEntries(Object.keys(texts).map((member) => [member, text])));
}

/** The schema of a string. */
const text = 0;

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
