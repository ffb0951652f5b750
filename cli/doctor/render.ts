import { exitCodes } from '../exit-codes.ts';
import { type Answer, paint, type Style, table } from '../output.ts';
import type { Finding, Section } from './finding.ts';

/** Findings that are well are listed one by one up to this many, and only counted beyond it. */
const listedWell = 4;

/** Whether there is a problem among the findings. */
export function isSick(sections: readonly Section[]): boolean {
  return sections.some(({ findings }) => findings.some(({ level }) => level === 'problem'));
}

/** The answer of the doctor: no when there is a problem, and yes otherwise, also with warnings. */
export function diagnosis(sections: readonly Section[]): Answer {
  const findings = sections.flatMap((section) => section.findings);
  const count = (level: Finding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  const summary = { ok: count('ok'), warnings: count('warning'), problems: count('problem') };
  const verdict =
    summary.problems > 0 ? paint('red', said(summary.problems, 'problem')) : paint('green', 'no problem');
  return {
    exitCode: isSick(sections) ? exitCodes.no : exitCodes.yes,
    json: { sections, summary },
    text: [...sections.map(renderSection), `${verdict}, ${said(summary.warnings, 'warning')}`].join('\n\n'),
  };
}

function renderSection({ title, findings, table: rows }: Section): string {
  const well = findings.filter(({ level }) => level === 'ok');
  const listed =
    well.length <= listedWell
      ? findings
      : [
          { level: 'ok', what: `${well.length} of ${findings.length} are well (--json lists them)` } as const,
          ...findings.filter(({ level }) => level !== 'ok'),
        ];
  return [
    paint('bold', title),
    ...listed.map(renderFinding),
    ...(rows === undefined ? [] : [table(rows).replaceAll(/^/gm, '  ')]),
  ].join('\n');
}

const marks = {
  ok: ['green', '✓'],
  warning: ['yellow', '!'],
  problem: ['red', '✗'],
} as const satisfies Record<Finding['level'], readonly [Style, string]>;

function renderFinding(finding: Finding): string {
  const [style, mark] = marks[finding.level];
  const headline = `  ${paint(style, mark)} ${finding.what}`;
  if (finding.level === 'ok') return headline;
  return `${headline}\n      ${finding.why}\n      ${paint('bold', 'Do:')} ${finding.remedy}`;
}

function said(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
