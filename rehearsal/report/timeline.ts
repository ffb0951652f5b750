import { styleText } from 'node:util';
import type { TraceEntry } from '../kernel.ts';
import type { Traced } from '../trace.ts';

/** Takes one finished line. */
export type Write = (line: string) => void;

type Style = Parameters<typeof styleText>[0];

interface Line {
  readonly who: string;
  readonly what: string;
  readonly style: Style;
  readonly text: string;
}

export interface TimelineOptions {
  readonly write: Write;
  readonly colours: boolean;
  /** Columns of a line. */
  readonly width: number;
  /** What the policy calls each Slack channel, by the channel's id. */
  readonly channels: ReadonlyMap<string, string>;
}

const outcomeStyles: Readonly<Record<string, Style>> = {
  pass: 'green',
  monitor: 'cyan',
  review: 'yellow',
  unknown: 'magenta',
  block: 'red',
  told: 'green',
  routed: 'blue',
  held: 'gray',
  gone: 'gray',
  refused: 'red',
  failed: 'red',
};

/**
 * Tells a rehearsal line by line as it happens: what came in, what each function made of it and why, and what people
 * were told. Attempts that a sick sink sends back are told once, and counted until one gets through.
 */
export function timeline({ write, colours, width, channels }: TimelineOptions): (traced: Traced) => void {
  const paint = (style: Style, text: string): string =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const putBack = new Map<string, number>();
  let hour = '';
  let region = '';

  return ({ at, entry }) => {
    const line = lineOf(entry, putBack, channels);
    if (line === undefined) return;
    const time = at.toISOString().slice(11, 19);
    if (time.slice(0, 2) !== hour) {
      hour = time.slice(0, 2);
      region = '';
      write(paint('gray', `── ${hour}:00 ${'─'.repeat(Math.max(0, width - 9))}`));
    }
    const where = entry.region === region ? '' : entry.region;
    region = entry.region;
    const lead = `${time}  ${where.padEnd(9)}  ${shorten(line.who, 24).padEnd(24)}  `;
    const what = line.what.padEnd(8);
    const text = shorten(
      line.text.replaceAll('\n', ' '),
      Math.max(24, width - lead.length - what.length - 2),
    );
    write(`${paint('gray', lead)}${paint(line.style, what)}  ${text}`);
  };
}

/** Undefined for what a reader of the story does not need. */
function lineOf(
  entry: TraceEntry,
  putBack: Map<string, number>,
  channels: ReadonlyMap<string, string>,
): Line | undefined {
  switch (entry.kind) {
    case 'event': {
      if (entry.rules.length === 0 || entry.bus !== 'default') return undefined;
      return {
        who: entry.detailType,
        what: 'event',
        style: 'bold',
        text: entry.subject.split(':').at(-1) ?? '',
      };
    }
    case 'fault':
      return { who: 'fault', what: '', style: 'yellow', text: entry.what };
    case 'log':
      return entry.message === 'outcome'
        ? outcomeLine(entry.function, entry.region, entry.facts, putBack)
        : undefined;
    case 'invocation':
      if (entry.outcome === 'ok') return undefined;
      return {
        who: short(entry.function),
        what: entry.outcome,
        style: 'red',
        text: `attempt ${entry.attempt}: ${entry.detail}`,
      };
    case 'message':
      return {
        who: sinkName(entry.sink, channels),
        what: 'message',
        style: 'bold',
        text: entry.text.split('\n', 1)[0] ?? '',
      };
    case 'dead-letter':
      return { who: entry.queue, what: 'kept', style: 'red', text: entry.why };
    case 'alarm':
      return {
        who: entry.name,
        what: entry.to,
        style: entry.to === 'ALARM' ? 'red' : 'green',
        text: `was ${entry.from}`,
      };
    case 'call':
      return /AccessDenied/.test(entry.outcome)
        ? { who: short(entry.caller), what: 'denied', style: 'red', text: entry.detail ?? entry.operation }
        : undefined;
    case 'refused':
      return undefined;
    default:
      return entry satisfies never;
  }
}

/**
 * Sweeps and passes whose findings have lines of their own, looks of the quarantine at what is not blocked, and heartbeats,
 * of which a day has 1,440.
 */
const quietOutcomes: ReadonlySet<string> = new Set([
  'swept',
  'looked through',
  'reviewed',
  'nothing',
  'written',
]);

function outcomeLine(
  name: string,
  region: string,
  facts: Readonly<Record<string, unknown>>,
  putBack: Map<string, number>,
): Line | undefined {
  const outcome = String(facts.outcome);
  const reason = String(facts.reason);
  if (quietOutcomes.has(outcome)) return undefined;
  const key = `${region}/${name}`;
  const times = putBack.get(key) ?? 0;
  if (outcome === 'put back' || outcome === 'failed') {
    putBack.set(key, times + 1);
    return times === 0 ? { who: short(name), what: 'put back', style: 'yellow', text: reason } : undefined;
  }
  const style = outcomeStyles[outcome] ?? 'white';
  if (outcome !== 'told')
    return { who: short(name), what: outcome, style, text: `${reason}  ${about(facts)}` };
  putBack.delete(key);
  return times > 1
    ? { who: short(name), what: 'told', style, text: `after ${times} attempts that were put back` }
    : undefined;
}

/** The image's tag, or else the end of the subject. */
function about({ tags, subject }: Readonly<Record<string, unknown>>): string {
  const tag: unknown = Array.isArray(tags) ? tags[0] : undefined;
  if (typeof tag === 'string') return tag;
  const name = String(subject).split('/').at(-1) ?? '';
  return name.startsWith('arn:') ? (name.split(':').at(-1) ?? '') : shorten(name, 40);
}

function sinkName(sink: string, channels: ReadonlyMap<string, string>): string {
  return channels.get(sink.replace('slack:', '')) ?? sink;
}

function short(functionName: string): string {
  return functionName.replace(/^aeon-ops-/, '');
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
