import { type Answer, type Reading, readAnswer } from '../database/answers.ts';
import type { RowOf } from '../database/questions.ts';
import { type Check, checkOf } from './check.ts';
import type { Expected } from './expected.ts';
import { type ProofPolicy, rowsOf } from './manifest.ts';

/**
 * All checks of one table. One that is missing has no others; and where its columns are not those of the source, its
 * checksum cannot be either, and says nothing more.
 */
export function checkTable(
  answers: readonly Answer[],
  expected: Expected,
  table: string,
  { checksum, rowFloor }: ProofPolicy['tables'][string],
): readonly Check[] {
  const exists = checkExists(answers, table);
  if (exists.outcome === 'failed') return [exists];
  const columns = checkColumns(answers, expected, table);
  if (!checksum) {
    return [exists, columns, checkRows(readAnswer(answers, 'count', table), expected, table, rowFloor)];
  }
  const found = readAnswer(answers, 'checksum', table);
  return [
    exists,
    columns,
    checkRows(found, expected, table, rowFloor),
    columns.outcome === 'failed'
      ? checkOf('checksum', table).unproven('its columns are not those of the source')
      : checkChecksum(found, expected, table),
  ];
}

function checkExists(answers: readonly Answer[], table: string): Check {
  const { passed, failed, unproven } = checkOf('table', table);
  const found = readAnswer(answers, 'tables');
  if ('unknown' in found) return unproven(found.unknown);
  return found.rows.some((row) => row.table === table) ? passed('it is there') : failed('it is missing');
}

function checkColumns(answers: readonly Answer[], { before, after }: Expected, table: string): Check {
  const { passed, failed, unproven } = checkOf('columns', table);
  const found = readAnswer(answers, 'columns', table);
  if ('unknown' in found) return unproven(found.unknown);
  const [known, ...others] = [before, after].flatMap((manifest) => {
    const source = readAnswer(manifest?.answers ?? [], 'columns', table);
    return 'rows' in source ? [source.rows.map(describeColumn)] : [];
  });
  if (known === undefined) return unproven('those of the source are not known');
  const columns = found.rows.map(describeColumn);
  if ([known, ...others].some((source) => source.join() === columns.join())) {
    return passed('they are those of the source');
  }
  const lost = known.filter((column) => !columns.includes(column));
  const added = columns.filter((column) => !known.includes(column));
  const parts = [list('it lacks', lost), list('it has', added)].filter((part) => part !== '');
  return failed(parts.length === 0 ? 'they are in another order' : parts.join(', and '));
}

/** Rows that the table has to have: a share of what the last good restore had, or of what the source had if none was. */
function checkRows(
  found: Reading<{ readonly rows: number }>,
  { before, lastGoodRows = {} }: Expected,
  table: string,
  rowFloor: number,
): Check {
  const { passed, failed } = checkOf('rows', table);
  if ('unknown' in found) return unread(checkOf('rows', table), found);
  const rows = found.rows[0]?.rows ?? 0;
  const lastGood = lastGoodRows[table];
  const baseline = lastGood ?? rowsOf(before?.answers ?? [], table);
  if (baseline === undefined) {
    return checkOf('rows', table).unproven('neither the source nor an earlier restore was counted');
  }
  const of = lastGood === undefined ? 'the source' : 'the last good restore';
  const reason = `it has ${rows}, and ${of} had ${baseline}`;
  const floor = baseline * rowFloor;
  return rows >= floor ? passed(reason) : failed(`${reason}, of which ${Math.ceil(floor)} are the least`);
}

/**
 * The checksum over all rows has to be that of the source. A table that changed between the two manifests around the
 * backup may be as it was in between, so there a difference proves nothing; with one manifest alone it has to be equal,
 * for the policy asks for checksums of tables that stand still.
 */
function checkChecksum(found: Reading<RowOf<'checksum'>>, { before, after }: Expected, table: string): Check {
  const { passed, failed, unproven } = checkOf('checksum', table);
  if ('unknown' in found) return unread(checkOf('checksum', table), found);
  const [row] = found.rows;
  const sources = [before, after].flatMap((manifest) => {
    const source = readAnswer(manifest?.answers ?? [], 'checksum', table);
    return 'rows' in source ? source.rows : [];
  });
  const [source, later = source] = sources;
  if (row === undefined || source === undefined || later === undefined) {
    return unproven('that of the source is not known');
  }
  if (sources.some((each) => isSame(each, row)))
    return passed(`all ${row.rows} rows are those of the source`);
  if (!isSame(source, later)) {
    return unproven('the source changed while the backup was made, so the copy may differ from both');
  }
  return failed(
    `its ${row.rows} rows are not the ${source.rows} rows of the source: ${row.checksum} instead of ${source.checksum}`,
  );
}

function isSame(one: RowOf<'checksum'>, other: RowOf<'checksum'>): boolean {
  return one.rows === other.rows && one.checksum === other.checksum;
}

/**
 * A page or an index that PostgreSQL cannot read is the very thing that a restore is tested for. Whatever else kept the
 * question from being answered says nothing of the copy.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
function unread(
  { failed, unproven }: ReturnType<typeof checkOf>,
  { unknown, code = '' }: Extract<Reading<unknown>, { unknown: string }>,
): Check {
  return /^(XX|58)/.test(code) ? failed(`it cannot be read: ${unknown}`) : unproven(unknown);
}

function describeColumn({ column, type, isRequired }: RowOf<'columns'>): string {
  return `${column} ${type}${isRequired ? ' not null' : ''}`;
}

function list(words: string, columns: readonly string[]): string {
  return columns.length === 0 ? '' : `${words} ${columns.map((column) => `'${column}'`).join(', ')}`;
}
