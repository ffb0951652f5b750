import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'judge-scan',
  room: 'images',
  purpose: 'Decides what may become of an image whenever its scan or a finding changes.',
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
      name: 'enhanced-finding',
      bus: 'default',
      pattern: {
        source: ['aws.inspector2'],
        'detail-type': ['Inspector2 Finding'],
        resources: [{ prefix: 'arn:aws:ecr:' }],
      },
    },
  ],
  policy: ['images', 'environments', 'services', 'regions.primary'],
  env: {
    verdictTable: 'VERDICT_TABLE',
    switchTable: 'SWITCH_TABLE',
    opsBus: 'OPS_BUS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 60,
  memoryMb: 256,
} as const satisfies FunctionContract;
