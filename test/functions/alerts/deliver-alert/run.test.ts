import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SinkAnswer } from '../../../../functions/alerts/deliver-alert/sink.ts';
import { type Alert, alertSeverities, isLouder } from '../../../../shared/domain/alert.ts';
import { alert } from '../../../builders.ts';
import { Desk } from './fakes.ts';

const at = (time: string): string => `2026-03-02T${time}:00.000Z`;
const key = `ops/${alert().fingerprint}`;

/** An alert on a condition of its own. */
const distinct = (n: number | string): Alert =>
  alert({ fingerprint: `condition/${n}`, title: `condition ${n}` });
const fires = (time: string, severity: Alert['severity'] = 'warning'): Alert =>
  alert({ state: 'firing', severity, occurredAt: at(time) });
const resolves = (time: string): Alert => alert({ state: 'resolved', occurredAt: at(time) });

const busy = (retryAfterSeconds: number): SinkAnswer => ({ said: 'busy', retryAfterSeconds });
const unclear: SinkAnswer = { said: 'unclear', why: 'Slack answered HTTP 500' };
const refused: SinkAnswer = { said: 'refused', why: 'Slack answered channel_not_found' };

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});

describe('deliverAlerts', () => {
  it('claims an alert, tells it, and marks it as told only then', async () => {
    desk.send(distinct('one'));
    expect(await desk.deliver()).toEqual([
      {
        outcome: 'told',
        reason: 'it fires for the first time',
        subject: 'condition/one',
        again: false,
        facts: { as: 'new' },
      },
    ]);
    expect(desk.log).toEqual(['write claim', 'offer condition one', 'write firing']);
    expect(desk.conversations.get('ops/condition/one')).toEqual({
      key: 'ops/condition/one',
      version: 2,
      told: { state: 'firing', condition: 'review', severity: 'warning', occurredAt: at('08:00') },
      newest: { state: 'firing', occurredAt: at('08:00') },
    });
  });

  it('claims it for longer than the function may run', async () => {
    const claims: (string | undefined)[] = [];
    desk.send(distinct('one'));
    await desk.deliver(desk.receive(), {
      sink: {
        tell: async () => {
          claims.push(desk.conversations.get('ops/condition/one')?.claim?.until);
          return { said: 'told' };
        },
      },
    });
    expect(Date.parse(claims[0] ?? '') - desk.clock).toBeGreaterThan(60_000);
  });

  it('tells the whole story of a condition once', async () => {
    const story = [
      fires('08:00'),
      fires('08:05', 'critical'),
      resolves('08:10'),
      fires('08:20'),
      resolves('08:30'),
    ];
    for (const each of story) {
      desk.send(each, each);
      await desk.drain();
    }
    expect(desk.told).toEqual(['new', 'escalated', 'resolved', 'again', 'resolved']);
  });

  it('tells a firing that comes after its resolve together with its end', async () => {
    desk.send(resolves('08:10'), fires('08:00'), fires('08:00'));
    await desk.drain();
    expect(desk.seen.map(({ telling }) => telling)).toEqual([
      expect.objectContaining({ as: 'over', resolvedAt: at('08:10') }),
    ]);
    expect(desk.conversations.get(key)).toMatchObject({
      told: { state: 'resolved', occurredAt: at('08:10') },
    });
  });

  it('says why it tells nothing', async () => {
    desk.send(resolves('08:10'));
    expect(await desk.deliver()).toEqual([
      {
        outcome: 'held',
        reason: 'this sink was never told that it fired',
        subject: alert().fingerprint,
        again: false,
      },
    ]);
  });

  describe('when the sink is busy', () => {
    it('hides that message and the rest of the batch for as long, and offers nothing more', async () => {
      desk.send(distinct(1), distinct(2), distinct(3));
      desk.answers.push({ said: 'told' }, busy(30));
      const deliveries = await desk.deliver();
      expect(deliveries.map(({ outcome, again }) => [outcome, again])).toEqual([
        ['told', false],
        ['put back', true],
        ['put back', true],
      ]);
      expect(deliveries[1]?.reason).toBe('the sink is busy for 30 s');
      expect(desk.log.filter((line) => !line.startsWith('write'))).toEqual([
        'offer condition 1',
        'offer condition 2',
        'hide m2 30',
        'hide m3 30',
      ]);
    });

    it('leaves no claim and no doubt behind', async () => {
      desk.send(distinct(1));
      desk.answers.push(busy(30));
      await desk.drain();
      expect(desk.told).toEqual(['new']);
    });

    it('offers the rest of the batch once that time is over', async () => {
      desk.send(distinct(1), distinct(2), distinct(3));
      desk.answers.push(busy(30));
      const { queue } = desk.deps;
      await desk.deliver(desk.receive(), {
        queue: {
          hide: async (handle, seconds) => {
            await queue.hide(handle, seconds);
            if (handle === 'm2') desk.clock += 30_000;
          },
        },
      });
      expect(desk.seen.map(({ alert: { title } }) => title)).toEqual(['condition 3']);
    });

    it('does not use up the receipts of a message in an hour in which the sink asks for a second each time', async () => {
      // The queue hands a message out 200 times (infra/constructs/sink-delivery.ts) and then puts it aside.
      desk.send(distinct(1));
      const end = desk.clock + 3_600_000;
      while (desk.clock < end) {
        desk.answers.push(busy(1));
        await desk.deliver();
        desk.clock = desk.queue[0]?.visibleAt ?? end;
      }
      expect(desk.queue[0]?.receiveCount).toBeLessThan(200);
    });

    it.each([
      [0, 30],
      [0.5, 34.25],
      [0.999, 38.4915],
    ])('spreads the messages that come back: at %d, 30 s become %d', async (random, seconds) => {
      desk.send(distinct(1));
      desk.answers.push(busy(30));
      await desk.deliver(desk.receive(), { random: () => random });
      expect(desk.log.at(-1)).toBe(`hide m1 ${seconds}`);
    });
  });

  describe('when it is unclear whether the sink took it', () => {
    it('tries again, and says that it may be a repeat', async () => {
      desk.send(distinct(1));
      desk.answers.push(unclear);
      expect(await desk.deliver()).toMatchObject([{ reason: 'Slack answered HTTP 500', again: true }]);
      await desk.drain();
      expect(desk.told).toEqual(['new?']);
    });

    it('remembers the doubt while the sink is busy', async () => {
      desk.send(distinct(1));
      desk.answers.push(unclear, busy(30), busy(30));
      await desk.drain();
      expect(desk.told).toEqual(['new?']);
    });

    it('forgets it once the alert is told', async () => {
      desk.send(fires('08:00'));
      desk.answers.push(unclear);
      await desk.drain();
      desk.send(resolves('08:10'));
      await desk.drain();
      expect(desk.told).toEqual(['new?', 'resolved']);
    });

    it('waits longer from one receipt to the next, up to two minutes', async () => {
      desk.send(distinct(1));
      desk.answers.push(...Array.from({ length: 10 }, () => unclear));
      await desk.drain();
      expect(desk.log.filter((line) => line.startsWith('hide'))).toEqual(
        [5, 10, 20, 40, 80, 120, 120, 120, 120, 120].map((seconds) => `hide m1 ${seconds}`),
      );
    });
  });

  describe('when the sink refuses for good', () => {
    it('puts the message aside with the reason, and does not try again', async () => {
      desk.send(distinct(1), distinct(2));
      desk.answers.push(refused);
      expect(await desk.deliver()).toMatchObject([
        {
          outcome: 'refused',
          reason: 'The sink ops refused the alert: Slack answered channel_not_found',
          subject: 'condition/1',
          again: false,
        },
        { outcome: 'told' },
      ]);
      expect(desk.deadLetters).toEqual([
        {
          body: expect.stringContaining('"fingerprint":"condition/1"'),
          reason: 'The sink ops refused the alert: Slack answered channel_not_found',
        },
      ]);
      expect(desk.queue).toEqual([]);
    });

    it('tells it when it is moved back after the cause was mended', async () => {
      desk.send(distinct(1));
      desk.answers.push(refused);
      await desk.drain();
      desk.send(desk.deadLetters[0]?.body ?? '');
      await desk.drain();
      expect(desk.told).toEqual(['new']);
    });
  });

  describe('a message that fails does not fail the others', () => {
    const told = { outcome: 'told', again: false };

    it.each([
      ['no JSON', 'hello'],
      ['no alert', '{"hello":"world"}'],
      ['an alert of a state that is not known', JSON.stringify({ ...alert(), state: 'odd' })],
      ['an alert without a time', JSON.stringify({ ...alert(), occurredAt: 'yesterday' })],
      [
        'a link that is no https URL',
        JSON.stringify({ ...alert(), links: [{ label: 'x', url: 'javascript:x' }] }),
      ],
    ])('one that cannot be understood (%s) is put aside', async (_what, body) => {
      desk.send(body, distinct(1));
      expect(await desk.deliver()).toMatchObject([{ outcome: 'refused', again: false }, told]);
      expect(desk.deadLetters).toEqual([{ body, reason: expect.stringMatching(/./) }]);
    });

    it('one whose conversation cannot be read stays in the queue', async () => {
      desk.send(distinct(1), distinct(2));
      desk.writeErrors.push(new Error('throttled'));
      expect(await desk.deliver()).toMatchObject([
        { outcome: 'failed', reason: 'Error: throttled', subject: 'condition/1', again: true },
        told,
      ]);
      await desk.drain();
      expect(desk.told).toEqual(['new', 'new']);
    });

    it('one whose sink cannot even be asked stays in the queue, unclaimed and without doubt', async () => {
      desk.send(distinct(1), distinct(2));
      desk.answers.push(new Error('the secret cannot be read'));
      expect(await desk.deliver()).toMatchObject([
        { outcome: 'failed', reason: 'Error: the secret cannot be read', again: true },
        told,
      ]);
      expect(desk.conversations.get('ops/condition/1')?.claim).toBeUndefined();
      await desk.drain();
      expect(desk.told).toEqual(['new', 'new']);
    });

    it('one that the dead-letter queue does not take stays in the queue', async () => {
      desk.send('hello', distinct(1));
      desk.deadLettersFail = new Error('the dead-letter queue is away');
      expect(await desk.deliver()).toMatchObject([{ again: true }, told]);
    });

    it('one that cannot be hidden stays in the queue', async () => {
      desk.send(distinct(1), distinct(2));
      desk.answers.push(unclear);
      desk.hideFails = new Error('throttled');
      expect(await desk.deliver()).toMatchObject([{ again: true }, told]);
    });
  });

  it('puts the rest of the batch back at once when it runs out of time', async () => {
    desk.send(distinct(1), distinct(2), distinct(3));
    desk.hasTime = () => desk.seen.length === 0;
    const deliveries = await desk.deliver();
    expect(deliveries.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual([
      'told: it fires for the first time',
      'put back: the function ran out of time',
      'put back: the function ran out of time',
    ]);
    expect(desk.log.slice(-2)).toEqual(['hide m2 0', 'hide m3 0']);
  });

  describe('when it dies between telling and marking', () => {
    it('tells it again, marked as a possible repeat', async () => {
      desk.send(distinct(1));
      desk.writeErrors.push(undefined, new Error('the function died'));
      await desk.deliver();
      await desk.drain();
      expect(desk.told).toEqual(['new', 'new?']);
    });

    beforeEach(() => {
      desk.conversations.set('ops/condition/2', {
        key: 'ops/condition/2',
        version: 1,
        claim: { by: 'a worker that died', until: '2026-03-02T11:59:00.000Z' },
      });
    });

    it('does not lose the doubt when the sink is busy at the next attempt', async () => {
      desk.send(distinct(2));
      desk.answers.push(busy(30));
      await desk.drain();
      expect(desk.told).toEqual(['new?']);
    });

    it('does not lose the doubt when the sink cannot be asked at the next attempt', async () => {
      desk.send(distinct(2));
      desk.answers.push(new Error('the secret cannot be read'));
      await desk.drain();
      expect(desk.told).toEqual(['new?']);
    });
  });

  describe('with several workers', () => {
    it('tells once what two of them receive at the same time', async () => {
      desk.send(fires('08:00'), fires('08:00'));
      const [one, other] = desk.receive();
      if (!one || !other) throw new Error('expected two messages');
      const deliveries = (await Promise.all([desk.deliver([one]), desk.deliver([other])])).flat();
      expect(desk.told).toEqual(['new']);
      expect(deliveries.map(({ outcome }) => outcome).sort()).toEqual(['put back', 'told']);
      await desk.drain();
      expect(desk.told).toEqual(['new']);
    });

    it('tells once when SQS hands one message to two of them', async () => {
      desk.send(fires('08:00'));
      const batch = desk.receive();
      await Promise.all([desk.deliver(batch), desk.deliver(batch)]);
      await desk.drain();
      expect(desk.told).toEqual(['new']);
    });

    describe('when one takes longer than its claim holds', () => {
      /** Another invocation works on these alerts after the sink took the alert, and before that is recorded. */
      const overtakenBy = async (...others: readonly Alert[]): Promise<void> => {
        desk.send(fires('08:00'));
        const { sink } = desk.deps;
        let isFirst = true;
        const slow = {
          tell: async (...offer: Parameters<typeof sink.tell>): Promise<SinkAnswer> => {
            const answer = await sink.tell(...offer);
            if (isFirst) {
              isFirst = false;
              desk.clock += 100_000;
              desk.send(...others);
              await desk.deliver();
            }
            return answer;
          },
        };
        await desk.deliver(desk.receive(), { sink: slow });
        await desk.drain();
      };

      it('the end that the other held, for nobody seemed to know of a beginning, is told after all', async () => {
        await overtakenBy(resolves('08:10'));
        expect(desk.told).toEqual(['new', 'over?']);
        expect(desk.conversations.get(key)).toMatchObject({ told: { state: 'resolved' } });
        expect(desk.conversations.get(key)).not.toHaveProperty('doubtful');
      });

      it('what the other told meanwhile is not told a third time', async () => {
        await overtakenBy(fires('08:00'));
        expect(desk.told).toEqual(['new', 'new?']);
      });

      it('what the other is telling at that moment is left to it', async () => {
        desk.send(fires('08:00'));
        const { sink } = desk.deps;
        const claim = { by: 'another', until: '2026-03-02T12:05:00.000Z' };
        await desk.deliver(desk.receive(), {
          sink: {
            tell: async (...offer) => {
              desk.conversations.set(key, { key, version: 7, claim });
              return sink.tell(...offer);
            },
          },
        });
        expect(desk.conversations.get(key)).toEqual({ key, version: 7, claim });
        expect(desk.queue).toHaveLength(1);
      });
    });

    it('takes its own record, of which it did not hear, for the success that it is', async () => {
      desk.send(fires('08:00'));
      const { conversations } = desk.deps;
      const deliveries = await desk.deliver(desk.receive(), {
        conversations: {
          write: async (conversation) => {
            const result = await conversations.write(conversation);
            // The answer was lost, and the SDK's second attempt finds what the first has written.
            return conversation.told && 'written' in result ? { found: result.written } : result;
          },
        },
      });
      expect(deliveries).toMatchObject([{ outcome: 'told', again: false }]);
    });

    it('waits until another’s claim has run out', async () => {
      desk.conversations.set(key, {
        key,
        version: 1,
        claim: { by: 'another', until: '2026-03-02T12:00:45.000Z' },
      });
      desk.send(fires('08:00'));
      expect(await desk.deliver()).toMatchObject([
        { outcome: 'put back', reason: 'another worker is telling it just now', again: true },
      ]);
      expect(desk.log).toEqual(['hide m1 45']);
      await desk.drain();
      expect(desk.told).toEqual(['new?']);
    });
  });

  it('tells a thousand identical alerts once', async () => {
    desk.send(...Array.from({ length: 1000 }, () => fires('08:00')));
    await desk.drain();
    expect(desk.told).toEqual(['new']);
  });

  it('tells each of a hundred alerts once when every tenth offer is answered that the sink is busy', async () => {
    let offers = 0;
    const { sink } = desk.deps;
    const everyTenthBusy = {
      tell: async (...offer: Parameters<typeof sink.tell>): Promise<SinkAnswer> =>
        ++offers % 10 === 0 ? busy(10) : sink.tell(...offer),
    };
    desk.send(...Array.from({ length: 100 }, (_, n) => distinct(n)));
    for (let batch = 0; desk.queue.length > 0 && batch < 1000; batch++) {
      desk.clock = Math.max(desk.clock, Math.min(...desk.queue.map(({ visibleAt }) => visibleAt)));
      await desk.deliver(desk.receive(), { sink: everyTenthBusy });
    }
    expect(desk.told).toEqual(Array.from({ length: 100 }, () => 'new'));
    expect(new Set(desk.seen.map(({ alert: { fingerprint } }) => fingerprint)).size).toBe(100);
    expect(desk.deadLetters).toEqual([]);
  });

  describe('in whatever order a queue hands the alerts out', () => {
    it('does not tell the end of a firing as the end of the one that came after it', async () => {
      // It fired at 8:00, was over at 8:10 and fired again at 8:20; the resolve comes last.
      desk.send(fires('08:00'));
      await desk.drain();
      desk.send(fires('08:20'));
      await desk.drain();
      desk.send(resolves('08:10'));
      await desk.drain();
      expect(desk.told).not.toContain('resolved');
    });

    it('does not leave a firing open whose resolve came while it waited for a busy sink', async () => {
      desk.send(fires('08:00'));
      await desk.drain();
      desk.send(resolves('08:10'));
      await desk.drain();
      desk.answers.push(busy(30));
      desk.send(fires('08:20'));
      await desk.deliver();
      desk.send(resolves('08:30'));
      await desk.drain();
      expect(desk.told.slice(2)).not.toEqual(['again']);
      expect(desk.conversations.get(key)?.told?.state).toBe('resolved');
    });

    const severity = fc.constantFrom(...alertSeverities);
    /** A condition's life: firings, some of them louder or softer than the one before, and resolves. */
    const history = fc
      .array(fc.record({ state: fc.constantFrom('firing' as const, 'resolved' as const), severity }), {
        minLength: 1,
        maxLength: 7,
      })
      .map((steps) =>
        steps.map((step, n) => alert({ ...step, occurredAt: at(`08:${String(n).padStart(2, '0')}`) })),
      );

    /** The sink was told how things stand now, if it ever had to be told anything. */
    function expectToldLast(alerts: readonly Alert[]): void {
      const last = alerts.at(-1);
      const toldLast = desk.seen.at(-1);
      const fired = alerts.filter(({ state }) => state === 'firing');
      const state = toldLast?.telling.as === 'over' ? 'resolved' : toldLast?.alert.state;
      expect(state).toBe(fired.length === 0 ? undefined : last?.state);
      if (last?.state === 'firing') {
        const heard = desk.conversations.get(key)?.told?.severity ?? 'info';
        expect(isLouder(last.severity, heard)).toBe(false);
      }
    }

    async function deliverInTurn(alerts: readonly Alert[]): Promise<void> {
      desk = new Desk();
      for (const each of alerts) {
        desk.send(each);
        await desk.drain();
      }
    }

    it('ends with the last state told: in order, some twice', async () => {
      const repeated = fc.tuple(history, fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }));
      await fc.assert(
        fc.asyncProperty(repeated, async ([alerts, twice]) => {
          await deliverInTurn(alerts.flatMap((each, n) => (twice[n] ? [each, each] : [each])));
          expectToldLast(alerts);
        }),
      );
    });

    it('ends with the last state told: in any order, some twice', async () => {
      const jumbled = history.chain((alerts) =>
        fc.tuple(
          fc.constant(alerts),
          fc
            .shuffledSubarray([...alerts, ...alerts], { minLength: alerts.length })
            .filter((some) => alerts.every((each) => some.includes(each))),
        ),
      );
      await fc.assert(
        fc.asyncProperty(jumbled, async ([alerts, order]) => {
          await deliverInTurn(order);
          expectToldLast(alerts);
        }),
        { numRuns: 500 },
      );
    });
  });
});
