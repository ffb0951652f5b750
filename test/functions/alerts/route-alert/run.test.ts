import { describe, expect, it } from '@jest/globals';
import { routeSignal } from '../../../../functions/alerts/route-alert/run.ts';
import type { OutgoingQueue } from '../../../../shared/aws/queue.ts';
import { readAlertMessage } from '../../../../shared/events/alert-message.ts';
import { alarmChange, imageJudged, policy } from '../../../builders.ts';

/** The queues of the policy's sinks, and what was put into each. */
class Queues {
  readonly sent: Record<string, string[]> = { oncall: [], ops: [], mail: [] };
  readonly failing = new Set<string>();

  readonly byName = new Map<string, OutgoingQueue>(
    Object.keys(this.sent).map((name) => [
      name,
      {
        send: async (body) => {
          if (this.failing.has(name)) throw new Error(`${name} is away`);
          this.sent[name]?.push(body);
        },
      },
    ]),
  );

  get counts(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.sent).map(([name, bodies]) => [name, bodies.length]));
  }
}

const blocked = { kind: 'image-judged', event: imageJudged('block') } as const;

describe('routeSignal', () => {
  it('puts the same alert into the queue of every sink of its route, and of no other', async () => {
    const queues = new Queues();
    expect(await routeSignal(blocked, { queues: queues.byName, policy })).toEqual({
      outcome: 'routed',
      reason: 'firing critical in production to oncall, mail',
      subject: `image-verdict/us-east-1/api@${blocked.event.facts.digest}`,
      facts: {
        severity: 'critical',
        state: 'firing',
        environment: 'production',
        sinks: ['oncall', 'mail'],
      },
    });
    expect(queues.counts).toEqual({ oncall: 1, ops: 0, mail: 1 });
    expect(queues.sent.oncall).toEqual(queues.sent.mail);
    expect(readAlertMessage(queues.sent.mail?.[0] ?? '')).toMatchObject({
      state: 'firing',
      title: 'Image must not be deployed: api-prod-1.0.0-4f1c2ab',
    });
  });

  it('puts a resolve into every queue', async () => {
    const queues = new Queues();
    const change = alarmChange({ state: 'OK', previousState: 'ALARM' });
    await routeSignal({ kind: 'alarm', change }, { queues: queues.byName, policy });
    expect(queues.counts).toEqual({ oncall: 1, ops: 1, mail: 1 });
  });

  it.each([
    [{ kind: 'image-judged', event: imageJudged('pass') }, blocked.event.subject],
    [{ kind: 'alarm', change: alarmChange({ initial: true }) }, alarmChange().arn],
    [{ kind: 'alarm', change: alarmChange({ initial: true, arn: undefined }) }, 'api-errors'],
  ] as const)('says why it put nothing anywhere, and of what', async (signal, subject) => {
    const queues = new Queues();
    expect(await routeSignal(signal, { queues: queues.byName, policy })).toEqual({
      outcome: 'held',
      reason: expect.stringMatching(/./),
      subject,
    });
    expect(queues.counts).toEqual({ oncall: 0, ops: 0, mail: 0 });
  });

  it('fails when one queue does not take it, so that all of it is tried again', async () => {
    const queues = new Queues();
    queues.failing.add('mail');
    await expect(routeSignal(blocked, { queues: queues.byName, policy })).rejects.toThrow('mail is away');
    queues.failing.clear();
    await routeSignal(blocked, { queues: queues.byName, policy });
    expect(queues.counts).toEqual({ oncall: 2, ops: 0, mail: 1 });
  });

  it('says which sink of a route has no queue', async () => {
    const queues = new Queues();
    queues.byName.delete('mail');
    await expect(routeSignal(blocked, { queues: queues.byName, policy })).rejects.toThrow(
      "A route names the sink 'mail', whose queue is not among oncall, ops.",
    );
  });
});
