import { describe, expect, it } from '@jest/globals';
import {
  allTold,
  decideRecord,
  type InspectionRecord,
  type Observation,
  type Problem,
  untold,
} from '../../../../functions/images/inspect-push/record.ts';
import type { Inspected } from '../../../../shared/domain/inspection.ts';
import { digest } from '../../../builders.ts';

function wrong(over: Partial<Inspected> = {}, given = 'latest'): Inspected {
  return {
    about: 'tag',
    name: 'latest',
    environment: 'production',
    findings: [{ check: 'tag', problem: 'it is none', given, action: 'Push it again.' }],
    ...over,
  };
}

const replica = wrong({ about: 'replica', name: 'eu-west-1' });

function look(found: readonly Inspected[], minute = 1, awaited: readonly string[] = []): Observation {
  const observedAt = `2026-03-02T08:0${minute}:00.000Z`;
  const inspection = { wrong: found, awaited };
  return { digest, region: 'us-east-1', repository: 'api', tags: ['latest'], observedAt, inspection };
}

/** As the table does: each write counts. */
const written = (record: InspectionRecord): InspectionRecord => ({ ...record, version: record.version + 1 });

/** One inspection after the other, each written; told unless it dies before. */
function story(...looks: readonly (Observation & { dies?: true })[]): {
  record: InspectionRecord;
  told: Problem[][];
} {
  let record: InspectionRecord | undefined;
  const told: Problem[][] = [];
  for (const { dies, ...observation } of looks) {
    const decision = decideRecord(record, observation);
    record = decision.do === 'write' ? written(decision.record) : decision.record;
    told.push([...untold(record)]);
    if (!dies && told.at(-1)?.length) record = written(allTold(record));
  }
  if (record === undefined) throw new Error('nothing was looked at');
  return { record, told };
}

const said = (told: readonly (readonly Problem[])[]): string[][] =>
  told.map((problems) =>
    problems.map(({ name, findings }) => `${name} ${findings.length > 0 ? 'wrong' : 'well'}`),
  );

describe('what is told of an inspected image', () => {
  it('is nothing when all is well and was well', () => {
    const { record, told } = story(look([]), look([], 2));
    expect(said(told)).toEqual([[], []]);
    expect(record.problems).toEqual([]);
  });

  it('is told once, however often it is looked at', () => {
    expect(said(story(look([wrong()]), look([wrong()], 2), look([wrong()], 3)).told)).toEqual([
      ['latest wrong'],
      [],
      [],
    ]);
  });

  it('is told again when something else is wrong with the same thing', () => {
    expect(said(story(look([wrong()]), look([wrong({}, 'newest')], 2)).told)).toEqual([
      ['latest wrong'],
      ['latest wrong'],
    ]);
  });

  it('is told of each thing on its own', () => {
    const other = wrong({ name: 'newest' });
    expect(said(story(look([wrong()]), look([wrong(), other], 2), look([other], 3)).told)).toEqual([
      ['latest wrong'],
      ['newest wrong'],
      ['latest well'],
    ]);
  });

  it('is that it is well when it was mended, once, and that it is wrong when it is so again', () => {
    expect(said(story(look([wrong()]), look([], 2), look([], 3), look([wrong()], 4)).told)).toEqual([
      ['latest wrong'],
      ['latest well'],
      [],
      ['latest wrong'],
    ]);
  });

  it('is nothing of a replica that failed and is on its way again, until it is known to be there', () => {
    const { told } = story(look([replica]), look([], 2, ['eu-west-1']), look([], 3));
    expect(said(told)).toEqual([['eu-west-1 wrong'], [], ['eu-west-1 well']]);
  });

  it('is nothing by a look that was overtaken', () => {
    const late = { ...look([], 1), observedAt: '2026-03-02T08:00:59.000Z' };
    const { record, told } = story(look([wrong()]), late);
    expect(said(told)).toEqual([['latest wrong'], []]);
    expect(record.observedAt).toBe('2026-03-02T08:01:00.000Z');
  });
});

describe('whoever dies before the telling is certain leaves it to the next', () => {
  it.each([
    ['that it is wrong', [{ ...look([wrong()]), dies: true as const }, look([wrong()], 2)]],
    ['that it is well', [look([wrong()]), { ...look([], 2), dies: true as const }, look([], 3)]],
  ])('%s, under the same identity', (_what, looks) => {
    const [first, second] = story(...looks).told.slice(-2);
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
  });

  it('and takes back what may have been told', () => {
    const { told } = story({ ...look([wrong()]), dies: true }, look([], 2));
    expect(said(told)).toEqual([['latest wrong'], ['latest well']]);
  });

  it('and different changes never have the same identity', () => {
    const { told } = story(look([wrong()]), look([], 2), look([wrong()], 3), look([], 4));
    const identities = told.flat().map(({ since, findings }) => `${findings.length}/${since}`);
    expect(new Set(identities).size).toBe(4);
  });
});
