import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'route-alert',
  room: 'alerts',
  purpose: 'Turns ops events and CloudWatch alarms into alerts and hands each to the sinks its route names.',
  failureImpact: 'Verdicts, inspections and alarms reach nobody. CloudWatch itself still shows every alarm.',
  subscriptions: [
    {
      name: 'image-judged',
      bus: 'ops',
      pattern: {
        source: ['aeon-ops.judge-scan', 'aeon-ops.sweep-images'],
        'detail-type': ['Image Judged'],
      },
    },
    {
      name: 'image-gap',
      bus: 'ops',
      pattern: { source: ['aeon-ops.sweep-images'], 'detail-type': ['Image Gap'] },
    },
    {
      name: 'image-allowed',
      bus: 'ops',
      // Published by the `ops` program, with the permissions of whoever uses it.
      pattern: { source: ['aeon-ops.cli'], 'detail-type': ['Image Allowed'] },
    },
    {
      name: 'image-quarantine',
      bus: 'ops',
      pattern: { source: ['aeon-ops.quarantine-image'], 'detail-type': ['Image Quarantine'] },
    },
    {
      name: 'image-inspected',
      bus: 'ops',
      pattern: { source: ['aeon-ops.inspect-push'], 'detail-type': ['Image Inspected'] },
    },
    {
      name: 'images-pruned',
      bus: 'ops',
      pattern: { source: ['aeon-ops.prune-images'], 'detail-type': ['Images Pruned'] },
    },
    {
      name: 'snapshots-pruned',
      bus: 'ops',
      pattern: { source: ['aeon-ops.prune-snapshots'], 'detail-type': ['Snapshots Pruned'] },
    },
    {
      name: 'restore-judged',
      bus: 'ops',
      pattern: {
        source: ['aeon-ops.verify-restore'],
        'detail-type': ['Restore Judged', 'Restore Leftover', 'Restore Test Missed'],
      },
    },
    {
      name: 'backup-finding',
      bus: 'ops',
      pattern: {
        source: ['aeon-ops.watch-backups', 'aeon-ops.export-database'],
        'detail-type': ['Backup Finding'],
      },
    },
    {
      name: 'failover-condition',
      bus: 'ops',
      pattern: { source: ['aeon-ops.probe-endpoint'], 'detail-type': ['Failover Condition'] },
    },
    {
      name: 'failover-run',
      bus: 'ops',
      pattern: { source: ['aeon-ops.run-failover'], 'detail-type': ['Failover Run'] },
    },
    {
      name: 'primary-fenced',
      bus: 'ops',
      pattern: { source: ['aeon-ops.fence-primary'], 'detail-type': ['Primary Fenced'] },
    },
    {
      name: 'alarm',
      bus: 'default',
      // Its own alarms go by mail alone: told here, each would make a broken router fail anew, and so alarm anew.
      pattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: [{ 'anything-but': { prefix: 'aeon-ops-route-alert' } }] },
      },
    },
  ],
  policy: ['alerts.routes', 'alerts.alarms', 'alerts.runbookUrl', 'environments', 'regions.primary'],
  env: {
    sinkQueues: 'SINK_QUEUE_URLS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 30,
  memoryMb: 256,
} as const satisfies FunctionContract;
