import { expect, it } from '@jest/globals';
import { attributesMd5 } from '../../../rehearsal/aws/sqs-message-attributes.ts';

/** The digests are those that moto's tests of SQS hold AWS to. */
it.each([
  [
    'a number',
    { timestamp: { DataType: 'Number', StringValue: '1493147359900' } },
    '235c5c510d26fb653d073faed50ae77c',
  ],
  [
    'several of every kind',
    {
      ccc: { DataType: 'String', StringValue: 'testjunk' },
      aaa: { DataType: 'Binary', BinaryValue: new Uint8Array([2, 3, 4]) },
      zzz: { DataType: 'Number', StringValue: '0230.01' },
      öther_encodings: { DataType: 'String', StringValue: 'Tüst' },
    },
    '8ae21a7957029ef04146b42aeaa18a22',
  ],
  ['none', {}, undefined],
])('digests the attributes of a message as SQS does: %s', (_what, attributes, digest) => {
  expect(attributesMd5(attributes)).toBe(digest);
});
