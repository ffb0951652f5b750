import { judgingPolicy } from '../../../shared/judging/policy.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'judge-scan',
  room: 'images',
  purpose:
    'Decides what may become of an image whenever it is pushed, copied here, scanned, or something new is found in it.',
  failureImpact:
    'Images may be pushed and scanned without a verdict, or keep one that is out of date. Nothing that is unjudged counts as clean.',
  subscriptions: [
    {
      name: 'basic-scan',
      bus: 'default',
      pattern: { source: ['aws.ecr'], 'detail-type': ['ECR Image Scan'] },
    },
    {
      name: 'enhanced-scan',
      bus: 'default',
      pattern: {
        source: ['aws.inspector2'],
        'detail-type': ['Inspector2 Scan'],
        resources: [{ prefix: 'arn:aws:ecr:' }],
      },
    },
    {
      name: 'pushed',
      bus: 'default',
      pattern: {
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action'],
        detail: { 'action-type': ['PUSH'], result: ['SUCCESS'] },
      },
    },
    {
      name: 'replicated',
      bus: 'default',
      // A copy that comes by replication is told of by this and by no push; an index, which nothing scans, by this alone.
      pattern: {
        source: ['aws.ecr'],
        'detail-type': ['ECR Replication Action'],
        detail: { result: ['SUCCESS'] },
      },
    },
    {
      name: 'enhanced-finding',
      bus: 'default',
      // Inspector sends one event for each finding: a minute's worth is taken at once, and each image judged once.
      queue: { batchSize: 1000, windowSeconds: 60 },
      pattern: {
        source: ['aws.inspector2'],
        'detail-type': ['Inspector2 Finding'],
        resources: [{ prefix: 'arn:aws:ecr:' }],
      },
    },
  ],
  policy: ['images.mode', ...judgingPolicy],
  env: {
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 60,
  memoryMb: 256,
} as const satisfies FunctionContract;
