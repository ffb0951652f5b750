import { expect, it } from '@jest/globals';
import { minutes, Stand } from './stand.ts';

/** The first run gives the copy its password, and the second does all the rest. */
async function callsOf(run: 'first' | 'second'): Promise<number> {
  const stand = new Stand();
  const job = await stand.restored();
  await stand.event(job);
  if (run === 'first') return stand.calls.length;
  stand.kernel.pass(minutes(15));
  await stand.event(job);
  expect(stand.proof(job)?.stage).toBe('closed');
  return stand.calls.length;
}

/** Whoever comes after the run that died ends as a run would have that did not. */
async function survives(run: 'first' | 'second', calls: number): Promise<void> {
  const stand = new Stand();
  const job = await stand.restored();
  if (run === 'second') {
    await stand.event(job);
    stand.kernel.pass(minutes(15));
  }
  stand.diesAfter = calls;
  expect(await stand.event(job)).toBeUndefined();
  expect(stand.calls).toHaveLength(calls);
  const died = `${run} run, after call ${calls}: ${stand.calls.at(-1)}`;
  stand.diesAfter = undefined;
  // Lambda tries an event again within minutes, and the sweep comes after that.
  stand.kernel.pass(minutes(1));
  await stand.event(job);
  const proof = await stand.finish(job);
  expect({
    died,
    outcome: proof.conclusion?.outcome,
    control: proof.control?.verdict,
    put: proof.put?.end,
  }).toEqual({
    died,
    outcome: 'proven',
    control: 'seen',
    put: 'set',
  });
  expect({ died, validation: stand.validation()?.status }).toEqual({ died, validation: 'SUCCESSFUL' });
  expect(new Set(stand.judged.map(({ identity }) => identity)).size).toBe(1);
  expect(stand.evidence()).toHaveLength(1);
}

it.each(['first', 'second'] as const)(
  'a run that dies after any call is gone on with, and what is put and told is the same (%s run)',
  async (run) => {
    const calls = await callsOf(run);
    expect(calls).toBeGreaterThan(4);
    for (let call = 1; call <= calls; call++) await survives(run, call);
  },
  60_000,
);
