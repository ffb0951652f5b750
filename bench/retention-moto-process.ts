/*
 * What the measured process of retention-moto runs. It is handed over as plain JavaScript, so that no stripping of types
 * is measured: that takes more of a processor than the start of Node.js and of the function together.
 */

/** What it took, from the start of the process on. */
export interface Measurement {
  readonly wallSeconds: number;
  /** Of all its threads, user and system. */
  readonly cpuSeconds: number;
  /** Of that, until the handler was found. */
  readonly startCpuSeconds: number;
  readonly rssMb: number;
  readonly outcomes: readonly { readonly outcome: string }[];
}

/** Runs in the measured process, out of its source text: it can use nothing around it. */
async function invoke(): Promise<void> {
  const cpuSeconds = (): number => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    return (userCPUTime + systemCPUTime) / 1e6;
  };
  // As Lambda does where logs are to be JSON; Node.js would lay the records out for people.
  console.info = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);
  const { handler } = await import(process.argv[1] ?? '');
  const startCpuSeconds = cpuSeconds();
  const outcomes = await handler(
    { schedule: 'daily', scheduledTime: new Date().toISOString() },
    {
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:aeon-ops-prune-images',
      getRemainingTimeInMillis: () => 900_000,
    },
  );
  const measured = {
    wallSeconds: performance.now() / 1000,
    cpuSeconds: cpuSeconds(),
    startCpuSeconds,
    rssMb: process.resourceUsage().maxRSS / 1024,
    outcomes,
  } satisfies Measurement;
  process.getBuiltinModule('node:fs').writeFileSync(3, JSON.stringify(measured));
  process.exit(0);
}

/** Runs the bundled prune-images once, as Lambda would in a new instance. Its argument is the URL of the bundle. */
export const processScript = `await (${invoke})();`;
