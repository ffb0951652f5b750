/** One of the computers from which Route 53 looks at endpoints. */
export interface Checker {
  readonly region: string;
  readonly address: string;
}

/**
 * A share of checkers up to this that see an endpoint healthy does not make it so.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export const healthyShare = 0.18;

/**
 * Two in each Region that Route 53 looks from. AWS has many more of them there.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (Regions)
 */
export const checkers: readonly Checker[] = [
  { region: 'us-east-1', address: '107.23.255.10' },
  { region: 'us-east-1', address: '54.243.31.210' },
  { region: 'us-west-1', address: '54.183.255.140' },
  { region: 'us-west-1', address: '54.241.32.70' },
  { region: 'us-west-2', address: '54.244.52.200' },
  { region: 'us-west-2', address: '54.245.168.20' },
  { region: 'eu-west-1', address: '176.34.159.200' },
  { region: 'eu-west-1', address: '54.228.16.30' },
  { region: 'ap-southeast-1', address: '54.251.31.140' },
  { region: 'ap-southeast-1', address: '54.255.254.200' },
  { region: 'ap-southeast-2', address: '54.252.79.140' },
  { region: 'ap-southeast-2', address: '54.252.254.200' },
  { region: 'ap-northeast-1', address: '54.248.220.20' },
  { region: 'ap-northeast-1', address: '54.250.253.200' },
  { region: 'sa-east-1', address: '177.71.207.140' },
  { region: 'sa-east-1', address: '54.232.40.80' },
];
