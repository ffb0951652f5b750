/*
 * Runs the bundled prune-images once, as Lambda would in a new instance, and prints what it took as JSON. The AWS that it
 * finds is the one that AWS_ENDPOINT_URL names.
 *
 * node bench/retention-moto-process.ts <bundle>
 */

const { handler } = await import(process.argv[2] ?? '');
const outcomes = await handler(
  { schedule: 'daily', scheduledTime: new Date().toISOString() },
  {
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:aeon-ops-prune-images',
    getRemainingTimeInMillis: () => 900_000,
  },
);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.getBuiltinModule('node:fs').writeFileSync(
  3,
  JSON.stringify({
    // Counted from the start of the process.
    wallSeconds: performance.now() / 1000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    rssMb: maxRSS / 1024,
    outcomes,
  }),
);
process.exit(0);
