import type { FunctionContract } from '../../../shared/lambda/contract.ts';

export const contract = {
  name: 'inspect-push',
  room: 'images',
  purpose: 'Looks at every image that is pushed: its tag, size, platforms, config and replication.',
  failureImpact:
    'Images may be pushed under a wrong tag, too heavy, for too few platforms, running as root or with a secret inside, and nobody is told. Their scans are judged all the same.',
  subscriptions: [
    {
      name: 'pushed',
      bus: 'default',
      // What is pushed without a tag is a part of an index, which is pushed after it, with a tag.
      pattern: {
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action'],
        detail: { 'action-type': ['PUSH'], result: ['SUCCESS'], 'image-tag': [{ exists: true }] },
      },
    },
  ],
  policy: ['images.environmentWhenUnclear', 'images.registry.mutableTags', 'environments', 'services'],
  env: {
    verdictTable: 'VERDICT_TABLE',
    opsBus: 'OPS_BUS',
    deadLetterQueue: 'DEAD_LETTER_QUEUE_URL',
  },
  timeoutSeconds: 60,
  memoryMb: 256,
} as const satisfies FunctionContract;
