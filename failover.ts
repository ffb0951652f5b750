import type { Failover } from './shared/policy/failover-schema.ts';

/** How the platform is moved to its standby Region. See docs/failover.md before anything here is changed. */
const failover: Failover = {
  mode: 'observe',
  start: 'ask',
  armed: false,

  suspectFor: 30,
  confirmFor: 120,
  cooldown: 60,
  rtoSeconds: 900,
  rpoSeconds: 300,

  witness: 'eu-west-1',

  zone: { existing: { id: 'Z0AEONEXAMPLE0000001', name: 'aeon-dt.example.com' } },
  records: {
    service: 'platform.aeon-dt.example.com',
    drill: 'drill.aeon-dt.example.com',
    // The zones are those of application load balancers in these Regions.
    targets: {
      type: 'alias',
      primary: {
        dnsName: 'aeon-dt-000000001.us-east-1.elb.amazonaws.com',
        hostedZoneId: 'Z35SXDOTRQ7X7K',
      },
      standby: { dnsName: 'aeon-dt-000000002.us-west-2.elb.amazonaws.com', hostedZoneId: 'Z1H1FL5HABSF5' },
    },
  },

  endpoints: {
    primary: 'us-east-1.aeon-dt.example.com',
    standby: 'us-west-2.aeon-dt.example.com',
    readyPath: '/ready',
    healthPath: '/health',
    body: 'ready',
  },
  canary: 'https://dynamodb.us-east-1.amazonaws.com/ping',

  standby: {
    cluster: 'aeon-dt-standby-cluster',
    nodeGroups: { workers: { minSize: 3 } },
    replica: { id: 'aeon-dt-metadata-standby', of: 'aeon-dt-metadata' },
    network: {
      subnets: ['subnet-0aec0000000000a22', 'subnet-0aec0000000000b22'],
      securityGroups: ['sg-0aec0000000000a22'],
    },
    restore: {
      dbSubnetGroup: 'aeon-dt-standby',
      securityGroups: ['sg-0aec0000000000a22'],
      availabilityZone: 'us-west-2a',
    },
  },

  fence: { securityGroups: ['sg-0aec0000000000d01'] },

  approval: {
    people: ['U0AEON00001', 'U0AEON00002', 'U0AEON00003'],
    deadlineMinutes: 15,
    whenSilent: 'restore',
  },

  breakGlass: ['arn:aws:iam::111122223333:role/aeon-dt-oncall'],
};

export default failover;
