import type { Severity } from './document.ts';

/** Colours that a page is made of. Text stands on `page` and on `card` alone. */
interface Scheme {
  readonly page: string;
  readonly card: string;
  readonly ink: string;
  /** For what is said in small. */
  readonly quiet: string;
  /** Around cards, and of axes. */
  readonly line: string;
  /** Behind what a chart shows. */
  readonly grid: string;
  readonly budget: string;
  readonly severity: Readonly<Record<Severity, string>>;
  /** Of the series of a chart, in order. */
  readonly series: readonly string[];
}

export const light: Scheme = {
  page: '#f6f7f9',
  card: '#ffffff',
  ink: '#17191f',
  quiet: '#565d6b',
  line: '#dfe2e8',
  grid: '#edeff3',
  budget: '#b42318',
  severity: { good: '#19713f', warning: '#8f5400', bad: '#b42318', unknown: '#565d6b' },
  series: ['#2563c9', '#b4530a', '#0f766e', '#7c3aed', '#be185d', '#5b6b0e'],
};

export const dark: Scheme = {
  page: '#101216',
  card: '#191c22',
  ink: '#e9ebef',
  quiet: '#a3aab7',
  line: '#2e333d',
  grid: '#252932',
  budget: '#ff8d80',
  severity: { good: '#5fcf93', warning: '#e8b454', bad: '#ff8d80', unknown: '#a3aab7' },
  series: ['#7cacff', '#ffa35c', '#4fd1c1', '#b99cff', '#ff8fbf', '#bccb5a'],
};

/** The custom properties of CSS that hold the scheme. */
export function properties({ severity, series, ...plain }: Scheme): string {
  return [
    ...Object.entries(plain),
    ...Object.entries(severity),
    ...series.map((colour, index) => [`series-${index}`, colour]),
  ]
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

/** How the colour is named where the scheme is not known yet. */
export const colour = {
  of: (name: Severity | 'page' | 'card' | 'ink' | 'quiet' | 'line' | 'grid' | 'budget'): string =>
    `var(--${name})`,
  series: (index: number): string => `var(--series-${index % light.series.length})`,
} as const;
