import { styleText } from 'node:util';
import { invariants } from '../invariants/all.ts';
import type { Run } from '../rehearsal.ts';
import { faultTable } from './fault-table.ts';
import type { Summary } from './summary.ts';
import type { Write } from './timeline.ts';

const violationsShown = 5;

/** The summary for people. */
export function printSummary(run: Run, summary: Summary, write: Write, colours: boolean): void {
  const paint = (style: 'green' | 'red' | 'bold' | 'gray', text: string): string =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const { events, invocations, awsCalls, alerts, permissions, simulated } = summary;
  const row = (name: string, text: string): void => write(`  ${name.padEnd(12)} ${text}`);

  write('');
  write(
    paint(
      'bold',
      `'${summary.scenario}', seed ${summary.seed}: ${hours(simulated.seconds)} in ${summary.wallSeconds.toFixed(1)} s`,
    ),
  );
  row(
    'events',
    `${n(events.published)} published, ${n(events.matched)} matched a rule, ${n(events.dropped)} lost on the way`,
  );
  row(
    'invocations',
    `${n(invocations.total)}, of which ${n(invocations.failed)} failed and ${n(invocations.retried)} were further attempts`,
  );
  const skipped = Object.values(invocations.skipped).reduce((sum, count) => sum + count, 0);
  if (skipped > 0)
    row('', paint('gray', `and ${n(skipped)} that are no part of the story were only counted`));
  row(
    'AWS calls',
    `${n(awsCalls.total)}, of which ${n(awsCalls.denied)} were denied and ${n(awsCalls.throttled)} throttled`,
  );
  row('alerts', `${n(alerts.raised)} raised, ${n(alerts.delivered)} messages told, ${n(alerts.lost)} lost`);
  for (const [reason, count] of Object.entries(alerts.held))
    row('', paint('gray', `held ${n(count)} × ${reason}`));
  row(
    'permissions',
    `${n(permissions.granted)} granted, ${n(permissions.unused.length)} not needed in this story (--json lists them)`,
  );
  row('trace', `${n(run.trace.entries.length)} entries, sha256 ${summary.traceSha256.slice(0, 16)}…`);

  if (summary.faults.length > 0) write('');
  for (const line of faultTable(summary.faults)) write(`  ${line}`);

  write('');
  for (const { name, checked, violations } of summary.invariants) {
    const holds = violations.length === 0;
    const mark = holds ? paint('green', '✓') : paint('red', '✗');
    write(`  ${mark} ${name} ${paint('gray', `(${n(checked)} checked)`)}`);
    if (holds) continue;
    write(`      ${invariants.find((invariant) => invariant.name === name)?.rule ?? ''}`);
    for (const violation of violations.slice(0, violationsShown)) write(paint('red', `      - ${violation}`));
    if (violations.length > violationsShown)
      write(`      and ${violations.length - violationsShown} more (--json lists them)`);
  }
  write('');
}

function n(count: number): string {
  return count.toLocaleString('en-US');
}

function hours(seconds: number): string {
  return seconds % 3600 === 0
    ? `${seconds / 3600} simulated hours`
    : `${(seconds / 60).toFixed(0)} simulated minutes`;
}
