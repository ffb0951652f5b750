/** How long something of AWS's takes. Seconds. */
export interface AwsDuration {
  readonly seconds: number;
  /** The page that says so, or `assumed` and what it rests on. */
  readonly source: string;
}

/** The one place for how long AWS takes for what a failover waits for. */
export const awsDurations = {
  /** From the write of a switch object to the first answer of Route 53 that follows it. */
  switchSeen: {
    seconds: 40,
    source:
      'assumed: three checks in a row, ten seconds apart and not in step (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html), and ten seconds until all name servers know',
  },
  /** Alias records of load balancers. */
  aliasTtl: {
    seconds: 60,
    source:
      'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html',
  },
  /** From the higher minimum of a node group to nodes that are ready. */
  nodesReady: { seconds: 180, source: 'assumed: EKS promises no time' },
  promotion: {
    seconds: 300,
    source:
      'assumed: "several minutes or longer" (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html)',
  },
} as const satisfies Readonly<Record<string, AwsDuration>>;
