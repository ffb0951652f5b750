import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { parseJson } from '../../../shared/events/json.ts';
import { parseOrRefuse } from '../../../shared/events/parse.ts';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import { refusal } from './sample.ts';

const Order = z.object({
  id: z.string(),
  state: z.enum(['open', 'shut']),
  lines: z.array(z.object({ count: z.number() })),
  botToken: z.optional(z.string().check(z.regex(/^xoxb-/, 'expected a bot token'))),
});

const order = { id: 'a', state: 'open', lines: [{ count: 1 }] };

describe('parseOrRefuse', () => {
  it('gives what the schema reads', () => {
    expect(parseOrRefuse(Order, { ...order, more: true }, 'The order')).toEqual(order);
  });

  it('says everything that is wrong in one message', () => {
    const given = { state: 'ajar', lines: [{ count: 1 }, { count: 'two' }] };
    expect(refusal(() => parseOrRefuse(Order, given, 'The order'))).toBe(
      "The order cannot be understood: id: expected string (given nothing); state: expected 'open' or 'shut' " +
        "(given 'ajar'); lines.1.count: expected number (given 'two')",
    );
  });

  it.each<[string, unknown]>([
    ['a list of 2', [1, 2]],
    ['an object', { secretly: 'long' }],
    ['null', null],
    ['12', 12],
  ])('shows %s as what it is and not what is in it', (shown, id) => {
    expect(refusal(() => parseOrRefuse(Order, { ...order, id }, 'The order'))).toBe(
      `The order cannot be understood: id: expected string (given ${shown})`,
    );
  });

  it('names what is wrong with the whole value without a path', () => {
    expect(refusal(() => parseOrRefuse(Order, 'text', 'The order'))).toBe(
      "The order cannot be understood: expected object (given 'text')",
    );
  });

  it('never shows what stands under the name of a secret', () => {
    const message = refusal(() => parseOrRefuse(Order, { ...order, botToken: 'hunter2' }, 'The order'));
    expect(message).toContain('botToken: expected a bot token (given 7 characters, not shown)');
    expect(message).not.toContain('hunter2');
  });

  it('shows at most 300 characters of the input, however much is wrong', () => {
    const lines = Array.from({ length: 50 }, () => ({ count: 'é'.repeat(1000) }));
    const message = refusal(() => parseOrRefuse(Order, { ...order, lines }, 'The order'));
    expect(message.match(/é/g)?.length).toBe(300);
    expect(message).toMatch(/; and 40 more$/);
  });

  it('cuts a key that somebody made long', () => {
    const counts = z.record(z.string(), z.number());
    expect(refusal(() => parseOrRefuse(counts, { ['k'.repeat(500)]: 'x' }, 'The counts'))).toBe(
      `The counts cannot be understood: ${'k'.repeat(60)}: expected number (given 'x')`,
    );
  });

  it('lists the problems one by one among the facts', () => {
    const problems = ["state: expected 'open' or 'shut' (given nothing)"];
    expect(() => parseOrRefuse(Order, { id: 'a', lines: [] }, 'The order')).toThrow(
      expect.objectContaining({ facts: { what: 'The order', problems } }),
    );
  });
});

describe('parseJson', () => {
  it('parses', () => {
    expect(parseJson('{"a":[1]}', 'the body')).toEqual({ a: [1] });
  });

  it.each([
    ['Hello from SNS!', "'Hello from SNS!'"],
    ['', "''"],
    [`{${'x'.repeat(200)}`, `'{${'x'.repeat(79)}…', 201 characters in all`],
  ])('refuses %j and shows how it begins', (text, shown) => {
    expect(refusal(() => parseJson(text, 'the body'))).toBe(`the body is not JSON (given ${shown})`);
  });

  it('keeps the cause', () => {
    expect(() => parseJson('{', 'the body')).toThrow(PermanentError);
    expect(() => parseJson('{', 'the body')).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ name: 'SyntaxError' }) }),
    );
  });
});
