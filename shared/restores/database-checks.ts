import { type Answer, type Reading, readAnswer } from '../database/answers.ts';
import type { RowOf } from '../database/questions.ts';
import { type Check, checkOf } from './check.ts';
import type { Expected } from './expected.ts';

/** The word that was planted in the source, and never changes: a copy of another database has another one. */
export function checkSentinel(answers: readonly Answer[], { before }: Expected): Check {
  const { passed, failed, unproven } = checkOf('sentinel');
  const found = readAnswer(answers, 'sentinel');
  if ('unknown' in found) return missing(found) ? failed('its table is missing') : unproven(found.unknown);
  const expected = readAnswer(before?.answers ?? [], 'sentinel');
  const [row] = found.rows;
  if (row === undefined) return failed('its row is missing');
  if ('unknown' in expected) return unproven(`that of the source is not known: ${expected.unknown}`);
  const [source] = expected.rows;
  if (source === undefined) return unproven('the source has none');
  return row.word === source.word
    ? passed('it is the word of the source')
    : failed(`it is '${row.word}', and the source has '${source.word}': this is a copy of another database`);
}

/** Seconds by which a heartbeat may seem newer than it can be. Clocks differ. */
const skewSeconds = 60;

/**
 * The last heartbeat in the data tells of which moment it is. It may lie before the beginning of the backup by no more
 * than the policy allows, and not after its end: then this is no restored copy, or somebody writes to it.
 */
export function checkHeartbeat(
  answers: readonly Answer[],
  { point }: Expected,
  withinSeconds: number,
  now: Date,
): { readonly check: Check; readonly lagSeconds?: number } {
  const { passed, failed, unproven } = checkOf('heartbeat');
  const found = readAnswer(answers, 'heartbeat');
  if ('unknown' in found) {
    return { check: missing(found) ? failed('its table is missing') : unproven(found.unknown) };
  }
  const [beat] = found.rows;
  if (beat === undefined) return { check: failed('its row is missing') };
  const at = Date.parse(beat.at);
  const latest = Math.min(point.completedAt.getTime(), now.getTime()) + skewSeconds * 1000;
  if (at > latest) {
    const reason = `the last one is of ${beat.at}, after the backup was complete: this is not a copy from it, or it is written to`;
    return { check: failed(reason) };
  }
  const lagSeconds = Math.max(0, (point.startedAt.getTime() - at) / 1000);
  const reason = `the last one is of ${beat.at}, ${Math.round(lagSeconds)} s before the backup began`;
  const check =
    lagSeconds <= withinSeconds ? passed(reason) : failed(`${reason}, and ${withinSeconds} s are allowed`);
  return { check, lagSeconds };
}

/** A restore can complete and hold nothing. */
export function checkContent(answers: readonly Answer[]): Check {
  const { passed, failed, unproven } = checkOf('content');
  const found = readAnswer(answers, 'tables');
  if ('unknown' in found) return unproven(found.unknown);
  const bytes = found.rows.reduce((sum, { rowBytes }) => sum + rowBytes, 0);
  if (bytes > 0) return passed(`${found.rows.length} tables hold ${bytes} bytes`);
  return failed(
    found.rows.length === 0 ? 'it has no tables' : `none of its ${found.rows.length} tables holds a row`,
  );
}

export function checkExtensions(answers: readonly Answer[], { before }: Expected): readonly Check[] {
  const found = readAnswer(answers, 'extensions');
  const expected = readAnswer(before?.answers ?? [], 'extensions');
  if ('unknown' in found) return [checkOf('extension').unproven(found.unknown)];
  if ('unknown' in expected) {
    return [checkOf('extension').unproven(`those of the source are not known: ${expected.unknown}`)];
  }
  const versions = new Map(found.rows.map(({ extension, version }) => [extension, version]));
  return expected.rows.map(({ extension, version }) => {
    const { passed, failed } = checkOf('extension', extension);
    const has = versions.get(extension);
    if (has === undefined) return failed(`it is missing; the source has version ${version}`);
    if (has === version) return passed(`it has version ${version}`);
    return failed(`it has version ${has}, and the source ${version}`);
  });
}

/**
 * Text is sorted by the operating system's rules, and indexes of it hold what they were sorted by. Where the rules have
 * another version now, such an index misses rows that are there.
 * @see https://www.postgresql.org/docs/15/sql-altercollation.html
 */
export function checkCollations(answers: readonly Answer[]): readonly Check[] {
  const found = readAnswer(answers, 'collations');
  const { passed, unproven } = checkOf('collation');
  if ('unknown' in found) return [unproven(found.unknown)];
  if (found.rows.length === 0) return [passed('text sorts as it did when its indexes were built')];
  return found.rows.map(({ collation, recorded, actual }) =>
    checkOf('collation', collation).failed(
      `indexes were built by version ${recorded} of its rules, and here they are of ${actual ?? 'none'}: REINDEX what sorts by it`,
    ),
  );
}

/** An index that the source cannot use either is no fault of the backup. */
export function checkIndexes(answers: readonly Answer[], { before }: Expected): readonly Check[] {
  const found = readAnswer(answers, 'indexes');
  if ('unknown' in found) return [checkOf('index').unproven(found.unknown)];
  if (found.rows.length === 0) return [checkOf('index').passed('all are valid')];
  const expected = readAnswer(before?.answers ?? [], 'indexes');
  return found.rows.map(({ index, table }) => against(expected, index, table));
}

function against(source: Reading<RowOf<'indexes'>>, index: string, table: string): Check {
  const { passed, failed, unproven } = checkOf('index', index);
  if ('unknown' in source) return unproven(`it is invalid; whether it is in the source is not known`);
  return source.rows.some((row) => row.index === index)
    ? passed('it is invalid, as it is in the source')
    : failed(`it is invalid: PostgreSQL does not use it for ${table}`);
}

/** The server says that there is no such table, or no such schema. */
export function missing({ code }: { readonly code?: string | undefined }): boolean {
  return code === '42P01' || code === '3F000';
}
