import type { RowOf } from '../../shared/database/questions.ts';

/** What is in a database, as far as it can be asked for. */
export interface DatabaseContent {
  sentinel: { word: string; plantedAt: Date } | undefined;
  heartbeat: Heartbeat | undefined;
  /** By `<schema>.<table>`. */
  readonly tables: Map<string, TableContent>;
  /** Versions by name. */
  readonly extensions: Map<string, string>;
}

export interface Heartbeat {
  writer: string;
  epoch: number;
  at: Date;
}

export interface TableContent {
  rows: number;
  /** Stands for what the rows hold: two tables are alike when it is equal, and their rows are. */
  state: string;
  readonly columns: readonly RowOf<'columns'>[];
}

/** What a restore of a backup makes: changes to the one are not seen in the other. */
export function copyOf(content: DatabaseContent): DatabaseContent {
  return structuredClone(content);
}

/** A database with the tables named, and rows in each. */
export function filledDatabase(word: string, tables: readonly string[], plantedAt: Date): DatabaseContent {
  const column = { isRequired: true, isKey: false, isGenerated: false };
  const columns = [
    { ...column, column: 'id', type: 'integer', isKey: true },
    { ...column, column: 'name', type: 'text', isRequired: false },
  ];
  return {
    sentinel: { word, plantedAt },
    heartbeat: undefined,
    tables: new Map(tables.map((table) => [table, { rows: 1000, state: `first of ${table}`, columns }])),
    extensions: new Map([['plpgsql', '1.0']]),
  };
}
