import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError } from '../../../shared/lambda/errors.ts';
import { type Kind, parsers } from './parsers.ts';
import { eventsFolder, sample } from './sample.ts';

const kindOf: readonly (readonly [beginsWith: string, kind: Kind])[] = [
  ['ecr/image-scan.', 'image event'],
  ['ecr/image-action.', 'image action'],
  ['ecr/replication-action.', 'replication action'],
  ['inspector2/scan.', 'inspector scan'],
  ['inspector2/finding.', 'inspector finding'],
  ['backup/', 'backup event'],
  ['cloudwatch/alarm.sns', 'alarm by SNS'],
  ['cloudwatch/', 'alarm'],
  ['sqs/sns-', 'SNS by SQS'],
  ['sqs/', 'SQS'],
  ['schedule/', 'schedule'],
];

const files = readdirSync(eventsFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .toSorted();

describe('every event of the project', () => {
  it.each(files)('%s is understood', (file) => {
    const kind = kindOf.find(([beginsWith]) => file.startsWith(beginsWith))?.[1];
    expect(kind).toBeDefined();
    expect(parsers[kind as Kind](sample(file))).toBeDefined();
  });

  it('has its origin in the README, and nothing is listed that is not there', () => {
    const readme = readFileSync(join(eventsFolder, 'README.md'), 'utf8');
    const listed = [...readme.matchAll(/^\| `([^`]+\.json)` \|/gm)].map(([, file = '']) => file);
    expect(new Set(listed)).toEqual(new Set(files));
    expect(listed).toHaveLength(files.length);
  });
});

describe('whatever arrives', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constant(undefined));

  /** One of our events in which the value at one place, chosen by walking down, became something else. */
  const spoiled = fc
    .tuple(fc.constantFrom(...files), fc.array(fc.nat(40), { minLength: 1, maxLength: 9 }), anything)
    .map(([file, steps, value]) => {
      const event = sample(file);
      let at: Record<string, unknown> = event;
      for (const [depth, step] of steps.entries()) {
        const keys = Object.keys(at);
        const key = keys[step % keys.length] ?? 'new';
        const inside = at[key];
        if (depth === steps.length - 1 || typeof inside !== 'object' || inside === null) {
          at[key] = value;
          break;
        }
        at = inside as Record<string, unknown>;
      }
      return event;
    });

  it.each(Object.entries(parsers))('the reader of %s understands it or refuses it', (_kind, parse) => {
    fc.assert(
      fc.property(fc.oneof(anything, spoiled), (event) => {
        try {
          parse(event);
        } catch (error) {
          expect(error).toBeInstanceOf(PermanentError);
          expect((error as Error).message.length).toBeLessThan(1500);
        }
      }),
      { numRuns: 300, seed: 20260302 },
    );
  });
});
