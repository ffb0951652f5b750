import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideGaps, type Gap, type OpenGap } from '../../../../functions/images/sweep-images/gaps.ts';
import { type GapKind, gapKinds } from '../../../../shared/domain/image-gap.ts';

const noon = new Date('2026-03-02T12:00:00Z');

function gap(name: string, kind: GapKind = 'copy-missing', scope = 'copies/api'): Gap {
  return {
    scope,
    subject: `arn:aws:ecr:us-east-1:123456789012:repository/api/${name}`,
    environment: 'production',
    reason: `${name} is not there`,
    facts: { gap: name, kind, repository: 'api', tags: [] },
  };
}

const opened = (of: Gap, since = '2026-03-02T11:00:00.000Z'): OpenGap => ({ ...of, since });

function decide(previous: readonly OpenGap[], gaps: readonly Gap[], unseen: readonly string[] = []) {
  const { events, open } = decideGaps(previous, { gaps, unseen: new Set(unseen) }, 'us-east-1', noon);
  return {
    told: events.map(({ outcome, facts }) => `${facts.gap} ${outcome}`),
    open: open.map(({ facts, since }) => `${facts.gap} since ${since.slice(11, 16)}`),
    events,
  };
}

describe('decideGaps', () => {
  it('tells a gap once, when it opens, and once when it closes', () => {
    expect(decide([], [gap('a')])).toMatchObject({ told: ['a open'], open: ['a since 12:00'] });
    expect(decide([opened(gap('a'))], [gap('a')])).toMatchObject({ told: [], open: ['a since 11:00'] });
    expect(decide([opened(gap('a'))], [])).toMatchObject({ told: ['a closed'], open: [] });
  });

  it('tells it again when it has become one of another kind, and remembers since when it is open', () => {
    const { told, open, events } = decide(
      [opened(gap('a', 'waiver-expiring'))],
      [gap('a', 'waiver-expired')],
    );
    expect([told, open]).toEqual([['a open'], ['a since 11:00']]);
    expect(events[0]?.facts).toMatchObject({ kind: 'waiver-expired', since: '2026-03-02T11:00:00.000Z' });
  });

  it('closes nothing where it could not look, and tells what it finds there all the same', () => {
    const previous = [opened(gap('a')), opened(gap('b', 'scans-not-started', 'scans/api'))];
    expect(decide(previous, [gap('c')], ['copies/api'])).toMatchObject({
      told: ['c open', 'b closed'],
      open: ['c since 12:00', 'a since 11:00'],
    });
  });

  it('takes what is found twice for one', () => {
    expect(decide([], [gap('a'), gap('a')])).toMatchObject({ told: ['a open'], open: ['a since 12:00'] });
  });

  it('says in the event what, where, since when and why', () => {
    expect(decide([opened(gap('a'))], []).events).toEqual([
      {
        identity: 'us-east-1/a/copy-missing/closed/2026-03-02T11:00:00.000Z',
        subject: gap('a').subject,
        environment: 'production',
        outcome: 'closed',
        reason: 'it is over; last seen: a is not there',
        occurredAt: '2026-03-02T12:00:00.000Z',
        facts: {
          gap: 'a',
          kind: 'copy-missing',
          repository: 'api',
          tags: [],
          region: 'us-east-1',
          since: '2026-03-02T11:00:00.000Z',
        },
      },
    ]);
  });

  it('in whatever sweeps, what people were told last is what is open', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const scope = fc.constantFrom('copies/api', 'scans/api');
    const found = fc
      .uniqueArray(fc.record({ name, scope, kind: fc.constantFrom(...gapKinds) }), {
        selector: (one) => one.name,
      })
      .map((all) => all.map((one) => gap(one.name, one.kind, one.scope)));
    const sweeps = fc.array(
      fc.record({ gaps: found, unseen: fc.subarray(['copies/api', 'scans/api']).map((all) => new Set(all)) }),
    );
    fc.assert(
      fc.property(sweeps, (all) => {
        const told = new Map<string, string>();
        let open: readonly OpenGap[] = [];
        for (const sweep of all) {
          const decision = decideGaps(open, sweep, 'us-east-1', noon);
          for (const { outcome, facts } of decision.events) told.set(facts.gap, `${outcome} ${facts.kind}`);
          open = decision.open;
        }
        const believed = [...told].filter(([, last]) => last.startsWith('open')).sort();
        expect(open.map(({ facts }) => [facts.gap, `open ${facts.kind}`]).sort()).toEqual(believed);
      }),
    );
  });
});
