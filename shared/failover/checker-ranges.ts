/**
 * The addresses from which the health checkers of Amazon Route 53 look at endpoints. They use IPv4 for all that is named
 * by its domain name alone. AWS announces new ones before it uses them; `ops doctor --aws` compares, and whoever is not
 * listed here cannot see the switch.
 *
 * `ROUTE53_HEALTHCHECKS` of https://ip-ranges.amazonaws.com/ip-ranges.json without those of China, as known on
 * 2026-11-24. `15.177.0.0/18` covers the sixteen ranges that GetCheckerIpRanges lists of it.
 */
export const checkerRanges: readonly string[] = [
  '15.177.0.0/18',
  '54.183.255.128/26',
  '54.228.16.0/26',
  '54.232.40.64/26',
  '54.241.32.64/26',
  '54.243.31.192/26',
  '54.244.52.192/26',
  '54.245.168.0/26',
  '54.248.220.0/26',
  '54.250.253.192/26',
  '54.251.31.128/26',
  '54.252.79.128/26',
  '54.252.254.192/26',
  '54.255.254.192/26',
  '107.23.255.0/26',
  '176.34.159.192/26',
  '177.71.207.128/26',
];
