import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Conversation, decideTelling } from '../../../../functions/alerts/deliver-alert/conversation.ts';
import { type Alert, alertSeverities, isLouder } from '../../../../shared/domain/alert.ts';
import { alert } from '../../../builders.ts';

const now = new Date('2026-03-02T12:00:00Z');

/** `08:00` of the day on which all of this happens. */
const at = (time: string): string => `2026-03-02T${time}:00.000Z`;

const fires = (time: string, severity: Alert['severity'] = 'warning'): Alert =>
  alert({ state: 'firing', severity, occurredAt: at(time) });
const resolves = (time: string, severity: Alert['severity'] = 'warning'): Alert =>
  alert({ state: 'resolved', severity, occurredAt: at(time) });

const nothing: Conversation = { key: 'ops/image-verdict/api', version: 0 };
const toldFiring: Conversation = {
  ...nothing,
  version: 2,
  told: { state: 'firing', condition: 'review', severity: 'warning', occurredAt: at('08:00') },
};
const toldResolved: Conversation = {
  ...nothing,
  version: 4,
  told: { state: 'resolved', condition: 'review', severity: 'warning', occurredAt: at('08:00') },
};
const resolvedUntold: Conversation = {
  ...nothing,
  version: 1,
  newest: { state: 'resolved', occurredAt: at('08:00') },
};

describe('decideTelling', () => {
  it.each<[string, Conversation, Alert, string]>([
    // nothing was told
    ['the first firing', nothing, fires('08:00'), 'tell new'],
    ['a resolve of what was never told', nothing, resolves('08:00'), 'hold'],
    ['a late firing, after its resolve', resolvedUntold, fires('07:59'), 'tell over'],
    ['a firing of the same moment as the resolve', resolvedUntold, fires('08:00'), 'tell over'],
    ['a firing after the resolve that was not told', resolvedUntold, fires('08:01'), 'tell new'],
    // a firing was told
    ['the same again', toldFiring, fires('08:00'), 'hold'],
    ['a later one, as loud', toldFiring, fires('08:01'), 'hold'],
    ['a later one, less loud', toldFiring, fires('08:01', 'info'), 'hold'],
    ['a later one, louder', toldFiring, fires('08:01', 'critical'), 'tell escalated'],
    ['one of the same moment, louder', toldFiring, fires('08:00', 'critical'), 'tell escalated'],
    ['an older one, louder', toldFiring, fires('07:59', 'critical'), 'hold'],
    ['its resolve', toldFiring, resolves('08:01'), 'tell resolved'],
    ['its resolve of the same moment', toldFiring, resolves('08:00'), 'tell resolved'],
    ['an older resolve', toldFiring, resolves('07:59'), 'hold'],
    ['a resolve less loud than the firing', toldFiring, resolves('08:01', 'info'), 'tell resolved'],
    // a resolve was told
    ['the resolve again', toldResolved, resolves('08:00'), 'hold'],
    ['a later resolve', toldResolved, resolves('08:01'), 'hold'],
    ['an older resolve', toldResolved, resolves('07:59'), 'hold'],
    ['the firing that was resolved', toldResolved, fires('07:59'), 'hold'],
    ['it, louder', toldResolved, fires('07:59', 'critical'), 'hold'],
    ['a firing of the same moment', toldResolved, fires('08:00'), 'hold'],
    ['a new firing', toldResolved, fires('08:01'), 'tell again'],
    ['a new firing, less loud', toldResolved, fires('08:01', 'info'), 'tell again'],
    [
      'something else, as loud as before',
      toldFiring,
      { ...fires('08:01'), condition: 'block' },
      'tell changed',
    ],
    ['something else, of the same moment', toldFiring, { ...fires('08:00'), condition: 'block' }, 'hold'],
  ])('%s', (_what, conversation, given, decided) => {
    const telling = decideTelling(conversation, given, now, 'me');
    expect('as' in telling ? `${telling.do} ${telling.as}` : telling.do).toBe(decided);
    expect(telling.reason).not.toBe('');
    if (telling.do === 'tell') expect(telling.mayRepeat).toBe(false);
  });

  it('compares moments, and not how they are written', () => {
    const told = {
      state: 'firing',
      condition: 'review',
      severity: 'warning',
      occurredAt: '2026-03-02T08:00:00.500Z',
    } as const;
    const given = alert({ state: 'resolved', occurredAt: '2026-03-02T08:00:00Z' });
    expect(decideTelling({ ...nothing, told }, given, now, 'me').do).toBe('hold');
  });

  describe('remembers a resolve that came before any firing was told', () => {
    it.each([
      ['the first one', nothing, '07:59', '07:59'],
      ['the later of two', resolvedUntold, '08:01', '08:01'],
    ])('%s', (_what, conversation, time, remembered) => {
      expect(decideTelling(conversation, resolves(time), now, 'me')).toMatchObject({
        do: 'hold',
        remember: { occurredAt: at(remembered) },
      });
    });

    it('not the older of two: the later one is remembered already', () => {
      const telling = decideTelling(resolvedUntold, resolves('07:59'), now, 'me');
      expect(telling.do).toBe('hold');
      expect(telling).not.toHaveProperty('remember');
    });

    it('and says when it was over', () => {
      expect(decideTelling(resolvedUntold, fires('07:00'), now, 'me')).toMatchObject({
        as: 'over',
        resolvedAt: at('08:00'),
      });
    });

    it('and none that is older than what was told', () => {
      expect(decideTelling(toldFiring, resolves('07:00'), now, 'me')).not.toHaveProperty('remember');
      expect(decideTelling(toldResolved, resolves('07:00'), now, 'me')).not.toHaveProperty('remember');
    });
  });

  describe('while somebody is telling it', () => {
    const claimed = (by: string, until: string): Conversation => ({
      ...nothing,
      version: 1,
      claim: { by, until },
    });

    it.each<[string, string, string, string]>([
      ['another worker, for another second', 'another', '2026-03-02T12:00:01.000Z', 'wait'],
      ['another worker, until this very moment', 'another', '2026-03-02T12:00:00.000Z', 'tell, may repeat'],
      [
        'another worker, whose time ran out a second ago',
        'another',
        '2026-03-02T11:59:59.000Z',
        'tell, may repeat',
      ],
      ['this one, in an attempt that did not end', 'me', '2026-03-02T12:00:01.000Z', 'tell, may repeat'],
    ])('%s: %s until %s', (_what, by, until, decided) => {
      const telling = decideTelling(claimed(by, until), fires('08:00'), now, 'me');
      expect(telling.do === 'tell' && telling.mayRepeat ? 'tell, may repeat' : telling.do).toBe(decided);
      if (telling.do === 'wait') expect(telling.until).toBe(until);
    });

    it('waits with a resolve too, until it is known whether the firing was told', () => {
      const conversation = claimed('another', '2026-03-02T12:00:01.000Z');
      expect(decideTelling(conversation, resolves('08:00'), now, 'me').do).toBe('wait');
    });
  });

  it('says that it may be a repeat when an earlier attempt stayed without an answer', () => {
    const doubt = { doubtful: true } as const;
    for (const [conversation, given] of [
      [nothing, fires('08:00')],
      [resolvedUntold, fires('07:00')],
      [toldFiring, resolves('09:00')],
      [toldFiring, fires('09:00', 'critical')],
      [toldResolved, fires('09:00')],
    ] as const) {
      expect(decideTelling({ ...conversation, ...doubt }, given, now, 'me')).toMatchObject({
        do: 'tell',
        mayRepeat: true,
      });
    }
  });

  it('never swallows an escalation that is not older than what was told', () => {
    const severity = fc.constantFrom(...alertSeverities);
    const minute = fc.nat(59).map((n) => `08:${String(n).padStart(2, '0')}`);
    fc.assert(
      fc.property(
        severity,
        minute,
        severity,
        minute,
        fc.boolean(),
        (before, toldAt, given, time, doubtful) => {
          fc.pre(isLouder(given, before) && time >= toldAt);
          const told = {
            state: 'firing',
            condition: 'review',
            severity: before,
            occurredAt: at(toldAt),
          } as const;
          const conversation = { ...nothing, told, ...(doubtful && { doubtful: true as const }) };
          expect(decideTelling(conversation, fires(time, given), now, 'me')).toMatchObject({
            do: 'tell',
            as: 'escalated',
          });
        },
      ),
    );
  });
});
