/** One thing that is measured: a table for people, and the same numbers for programs. */
export interface Benchmark {
  /** What it is asked for by on the command line. */
  readonly name: string;
  readonly title: string;
  readonly run: (options: BenchmarkOptions) => Promise<Measured>;
}

export interface BenchmarkOptions {
  /** How often each thing is measured. */
  readonly runs: number;
  /** Called as the work goes on, with what has been done so far. */
  readonly progress: (done: string) => void;
  /** A moto server that is there, with the paths of bench/moto-registry.py. Left out: one is started. */
  readonly endpoint?: string;
}

export interface Measured {
  readonly head: readonly string[];
  /** The first column is a name, the others are numbers. */
  readonly rows: readonly (readonly string[])[];
  /** Plain JSON. */
  readonly numbers: unknown;
}
