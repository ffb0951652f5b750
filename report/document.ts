/*
 * A report, as data: what it says, and nothing of how it looks. Moments are in UTC. All text is plain text: it may come
 * from anywhere, and none of it is taken for markup.
 */

export interface ReportDocument {
  readonly title: string;
  /** Under the title: what the report is of. */
  readonly subtitle: string;
  readonly headline: Headline;
  readonly figures: readonly KeyFigure[];
  readonly sections: readonly Section[];
  /** Where all of it comes from. */
  readonly provenance: readonly Fact[];
}

export const severities = ['good', 'warning', 'bad', 'unknown'] as const;

export type Severity = (typeof severities)[number];

/** What somebody should know who reads no further. */
export interface Headline {
  readonly severity: Severity;
  readonly text: string;
  readonly detail?: string | undefined;
}

export interface KeyFigure {
  readonly name: string;
  readonly value: string;
  readonly detail?: string | undefined;
  readonly severity?: Severity | undefined;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Section {
  readonly title: string;
  readonly intro?: string | undefined;
  readonly blocks: readonly Block[];
}

/** Charts that follow each other share a row where there is room. */
export type Block = Table | Notes | Chart;

export type Chart = LineChart | BarChart | Timeline;

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Column[];
  /** As many cells as there are columns. The first one names the row. */
  readonly rows: readonly (readonly Cell[])[];
  /** Said instead, when there are no rows. */
  readonly empty: string;
}

export interface Column {
  readonly name: string;
  readonly align?: 'end';
}

export type Cell = string | RichCell;

export interface RichCell {
  readonly text: string;
  /** In small, below. */
  readonly detail?: string | undefined;
  readonly severity?: Severity | undefined;
}

export interface Notes {
  readonly kind: 'notes';
  readonly items: readonly Note[];
}

export interface Note {
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
}

interface ChartText {
  readonly title: string;
  /** What it shows, in a sentence: for everybody, and instead of the picture for who cannot see it. */
  readonly summary: string;
}

/** What the numbers of a chart are. Durations are in seconds; a share is 1 where it is all. */
export type Unit = 'duration' | 'share';

/** What should not be gone over. */
export interface Budget {
  readonly name: string;
  readonly value: number;
}

export interface LineChart extends ChartText {
  readonly kind: 'lines';
  readonly unit: Unit;
  readonly series: readonly Series[];
  readonly budget?: Budget;
}

export interface Series {
  readonly name: string;
  /** In order of time. */
  readonly points: readonly { readonly at: Date; readonly value: number }[];
}

/** One bar for each thing, which lie below each other. */
export interface BarChart extends ChartText {
  readonly kind: 'bars';
  readonly unit: Unit;
  readonly bars: readonly Bar[];
  readonly budget?: Budget;
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The value in words, where the number alone would say little. */
  readonly text?: string;
  readonly severity: Severity;
}

/** What took from when to when, in lanes below each other. */
export interface Timeline extends ChartText {
  readonly kind: 'timeline';
  readonly from: Date;
  readonly to: Date;
  readonly lanes: readonly Lane[];
}

export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
  /** A moment by which, or after which, something has to be in the lane. */
  readonly budget?: { readonly name: string; readonly at: Date };
}

export interface Span {
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
  readonly severity: Severity;
}
