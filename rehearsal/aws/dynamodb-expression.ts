import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Path } from './dynamodb-path.ts';
import { invalid, normal } from './dynamodb-value.ts';

export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/**
 * The `#names` and `:values` of one request, shared by its expressions. Each must be used by one of them; reserved
 * words are not checked.
 */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #used = new Set<string>();

  constructor(request: {
    readonly ExpressionAttributeNames?: Record<string, string> | undefined;
    readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  }) {
    this.#names = entries('ExpressionAttributeNames', '#', request.ExpressionAttributeNames);
    this.#values = new Map(
      [...entries('ExpressionAttributeValues', ':', request.ExpressionAttributeValues)].map(
        ([key, value]) => [key, normal(value)],
      ),
    );
  }

  name(kind: ExpressionKind, key: string): string {
    const name = this.#names.get(key);
    if (name === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${key}`,
      );
    }
    this.#used.add(key);
    return name;
  }

  value(kind: ExpressionKind, key: string): AttributeValue {
    const value = this.#values.get(key);
    if (value === undefined) {
      throw invalid(
        `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${key}`,
      );
    }
    this.#used.add(key);
    return value;
  }

  /** To be called when all expressions of the request are parsed. */
  refuseUnused(): void {
    this.#refuse('ExpressionAttributeNames', this.#names);
    this.#refuse('ExpressionAttributeValues', this.#values);
  }

  #refuse(member: string, given: ReadonlyMap<string, unknown>): void {
    const unused = [...given.keys()].filter((key) => !this.#used.has(key));
    if (unused.length > 0) {
      throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
    }
  }
}

function entries<Value>(
  member: string,
  sigil: string,
  given: Record<string, Value> | undefined,
): Map<string, Value> {
  const all = Object.entries(given ?? {});
  if (given !== undefined && all.length === 0) throw invalid(`${member} must not be empty`);
  for (const [key] of all) {
    if (!key.startsWith(sigil)) throw invalid(`${member} contains invalid key: Syntax error; key: "${key}"`);
  }
  return new Map(all);
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const endOfText = '<EOF>';

/** Reads one expression token by token, with the errors of DynamoDB's own parser. */
export class ExpressionReader {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #placeholders: Placeholders;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(kind: ExpressionKind, text: string, placeholders: Placeholders) {
    if (text.trim() === '') throw invalid(`Invalid ${kind}: The expression can not be empty;`);
    this.kind = kind;
    this.#text = text;
    this.#placeholders = placeholders;
    this.#tokens = [...text.matchAll(/<>|<=|>=|[#:]?\w+|\S/g)].map(({ 0: token, index }) => ({
      text: token,
      start: index,
      end: index + token.length,
    }));
  }

  /** The token `ahead` places from here, not consumed. */
  peek(ahead = 0): string {
    return this.#tokens[this.#position + ahead]?.text ?? endOfText;
  }

  next(): string {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Consumes the token if it comes next. Keywords match in any case. */
  accept(token: string): boolean {
    const found = this.peek().toUpperCase() === token;
    if (found) this.#position += 1;
    return found;
  }

  expect(token: string): void {
    if (!this.accept(token)) throw this.syntaxError();
  }

  expectEnd(): void {
    if (this.peek() !== endOfText) throw this.syntaxError();
  }

  /** One or more things with commas between them. */
  list<Thing>(read: () => Thing): Thing[] {
    const things = [read()];
    while (this.accept(',')) things.push(read());
    return things;
  }

  /** `info.#tags[0]` */
  path(): Path {
    const path: (string | number)[] = [this.#pathName()];
    for (;;) {
      if (this.accept('.')) path.push(this.#pathName());
      else if (this.accept('[')) {
        if (!/^\d+$/.test(this.peek())) throw this.syntaxError();
        path.push(Number(this.next()));
        this.expect(']');
      } else return path;
    }
  }

  startsValue(): boolean {
    return /^:\w+$/.test(this.peek());
  }

  /** `:limit` */
  value(): AttributeValue {
    if (!this.startsValue()) throw this.syntaxError();
    return this.#placeholders.value(this.kind, this.next());
  }

  syntaxError(): Error {
    const near = this.#tokens.slice(Math.max(0, this.#position - 1), this.#position + 2);
    const context = this.#text.slice(near.at(0)?.start, near.at(-1)?.end);
    return this.invalid(`Syntax error; token: "${this.peek()}", near: "${context}"`);
  }

  invalid(problem: string): Error {
    return invalid(`Invalid ${this.kind}: ${problem}`);
  }

  #pathName(): string {
    const token = this.peek();
    if (/^#\w+$/.test(token)) return this.#placeholders.name(this.kind, this.next());
    if (/^[A-Za-z_]\w*$/.test(token)) return this.next();
    throw this.syntaxError();
  }
}

/** Refuses paths of which one is the other or leads into it. */
export function refuseOverlaps(kind: ExpressionKind, paths: readonly Path[]): void {
  for (const [index, one] of paths.entries()) {
    for (const other of paths.slice(index + 1)) {
      if (one.every((step, at) => other.length <= at || other[at] === step)) {
        throw invalid(
          `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${describe(one)}, path two: ${describe(other)}`,
        );
      }
    }
  }
}

function describe(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}
