import { describe, expect, it } from '@jest/globals';
import type { TraceEntry } from '../../rehearsal/kernel.ts';
import { canonicalJson, inputHash, Trace } from '../../rehearsal/trace.ts';

const noon = new Date('2026-03-02T12:00:00Z');
const fault: TraceEntry = { kind: 'fault', region: 'us-east-1', what: 'lost an event' };
const refusal: TraceEntry = { kind: 'refused', region: 'us-east-1', sink: 'slack-ops', status: 429 };

const traceOf = (...entries: readonly TraceEntry[]): Trace => {
  const trace = new Trace(() => noon);
  for (const entry of entries) trace.add(entry);
  return trace;
};

describe('the trace', () => {
  it('has the same hash for the same happenings, whatever the order of their fields', () => {
    const reordered: TraceEntry = { what: 'lost an event', kind: 'fault', region: 'us-east-1' };
    expect(traceOf(fault, refusal).hash()).toBe(traceOf(reordered, refusal).hash());
  });

  it.each([
    ['another order', traceOf(refusal, fault)],
    ['one entry more', traceOf(fault, refusal, fault)],
    ['another fact', traceOf(fault, { ...refusal, status: 503 })],
  ])('has another hash for %s', (_what, other) => {
    expect(other.hash()).not.toBe(traceOf(fault, refusal).hash());
  });

  it('has another hash when the same happens a millisecond later', () => {
    const later = new Trace(() => new Date(noon.getTime() + 1));
    later.add(fault);
    expect(later.hash()).not.toBe(traceOf(fault).hash());
  });

  it('can be hashed on the way and at the end', () => {
    const trace = traceOf(fault);
    expect(trace.hash()).toBe(traceOf(fault).hash());
    trace.add(refusal);
    expect(trace.hash()).toBe(traceOf(fault, refusal).hash());
  });

  it('keeps what happened and tells listeners until they leave', () => {
    const trace = traceOf(fault);
    const heard: TraceEntry[] = [];
    const leave = trace.listen(({ entry }) => heard.push(entry));
    trace.add(refusal);
    leave();
    trace.add(fault);
    expect(heard).toEqual([refusal]);
    expect(trace.entries).toEqual([fault, refusal, fault].map((entry) => ({ at: noon, entry })));
  });
});

it('writes equal values as equal JSON', () => {
  const one = { b: [{ y: 1, x: noon }], a: undefined, c: null };
  expect(canonicalJson(one)).toBe('{"b":[{"x":"2026-03-02T12:00:00.000Z","y":1}],"c":null}');
  expect(inputHash({ b: 2, a: 1 })).toBe(inputHash({ a: 1, b: 2 }));
  expect(inputHash({ a: 1 })).not.toBe(inputHash({ a: 2 }));
});
