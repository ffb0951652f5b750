import * as z from 'zod';

/** A CloudFormation resource as a service takes it: every Ref and GetAtt resolved. */
export interface Resource {
  readonly region: string;
  /** The physical name. */
  readonly name: string;
  /** The resource's `Properties`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** CloudFormation takes numbers and booleans as text too. */
export const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
export const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** A property that changes nothing in the simulation. */
export const ignored = z.unknown().optional();

/**
 * Reads the properties that a service simulates. A property it does not know would be silently not honoured, so it is
 * refused by name.
 *
 * @throws RangeError with the resource and every property that is unknown or has a wrong value
 */
export function readProperties<Schema extends z.ZodType>(
  type: string,
  schema: Schema,
  { region, name, properties }: Resource,
): z.output<Schema> {
  const read = schema.safeParse(properties);
  if (read.success) return read.data;
  throw new RangeError(
    `the rehearsal cannot simulate ${type} '${name}' in ${region}:\n${z.prettifyError(read.error)}`,
  );
}
