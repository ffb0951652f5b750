import { styleText } from 'node:util';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { MisuseError } from './misuse.ts';

/** What a command has to say. */
export interface Answer {
  readonly exitCode: ExitCode;
  /** For `--json`: plain JSON values. */
  readonly json: unknown;
  /** For people. */
  readonly text: string;
  /** One line on stderr beside either: why the exit code is not 0. */
  readonly trouble?: string;
}

/** Flags that every command has. */
export interface CommonOptions {
  readonly json?: true;
  readonly debug?: true;
}

/** Where a command writes to, whole texts at a time. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Does a command's work and prints what comes of it: the answer on stdout, trouble on stderr. */
export async function answer(
  work: () => Promise<Answer>,
  { json, debug }: CommonOptions,
  { out, err }: Streams,
): Promise<ExitCode> {
  try {
    const given = await work();
    out(json ? toJson(given.json) : given.text);
    if (given.trouble !== undefined) err(given.trouble);
    return given.exitCode;
  } catch (error) {
    err(debug && error instanceof Error && error.stack ? error.stack : describe(error));
    return error instanceof MisuseError ? exitCodes.misuse : exitCodes.fault;
  }
}

export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

export type Style = Parameters<typeof styleText>[0];

/** Colours are for a terminal, and only where NO_COLOR is not set (https://no-color.org). */
export function paint(style: Style, text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR
    ? styleText(style, text, { validateStream: false })
    : text;
}

/** Lines up columns by their widest cell. Cells hold no colours. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function describe(error: unknown): string {
  if (error instanceof MisuseError) return `${error.message}\n${error.remedy}`;
  const what = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
  return `It could not be done. ${what}\nRun it again with --debug for the place in the code.`;
}
