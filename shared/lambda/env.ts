/** An environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a contract names.
 *
 * @returns the values under the names the code uses
 * @throws Error naming every variable that is missing or empty, in one message
 */
export function readEnvironment<Names extends Readonly<Record<string, string>>>(
  environment: Environment,
  names: Names,
): { readonly [Key in keyof Names]: string } {
  const missing = Object.values(names).filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new Error(
      `The function cannot start: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set in its environment. ` +
        'The stack sets them by the names in contract.ts.',
    );
  }
  return mapValues(names, (name) => environment[name] ?? '');
}

function mapValues<From extends Readonly<Record<string, string>>>(
  record: From,
  map: (value: string) => string,
): { readonly [Key in keyof From]: string };
function mapValues(record: Readonly<Record<string, string>>, map: (value: string) => string): object {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
