import { describe, expect, it } from '@jest/globals';
import { readReview } from '../../../../functions/images/admit-pods/review.ts';
import { images, sampleReview } from './stand.ts';

const read = (review: object) => readReview(JSON.stringify(review));

describe('the images of', () => {
  it.each([
    ['a pod made by hand', 'pod.by-hand', [images.foreign]],
    ["a deployment's pod, with what runs before it", 'pod.of-deployment', [images.api, images.worker]],
    ['a pod that is debugged', 'pod.debugged', [images.api, images.worker, images.foreign]],
    ['a deployment', 'deployment.update', [images.nextApi, images.worker]],
    ['a cron job', 'cronjob.create', [images.backup]],
    ["a cron job's job", 'job.of-cronjob', [images.backup]],
  ])('%s', (_what, name, expected) => {
    expect(read(sampleReview(name))?.images).toEqual(expected);
  });

  it.each(['DaemonSet', 'ReplicaSet', 'StatefulSet'])('a %s', (kind) => {
    const review = sampleReview('deployment.update');
    review.request.kind.kind = kind;
    expect(read(review)?.images).toEqual([images.nextApi, images.worker]);
  });

  it('an object as it is now are known from the old one', () => {
    expect(read(sampleReview('deployment.update'))?.present).toEqual(new Set([images.api, images.worker]));
    expect(read(sampleReview('cronjob.create'))?.present).toEqual(new Set());
  });

  it('an object that is deleted are none', () => {
    const review = sampleReview('deployment.update');
    review.request.operation = 'DELETE';
    review.request.object = null;
    expect(read(review)?.images).toEqual([]);
  });

  it('a template are those that it names', () => {
    const review = sampleReview('cronjob.create');
    const text = JSON.stringify(review).replace(`"image":"${images.backup}",`, '');
    expect(readReview(text)?.images).toEqual([]);
  });

  it.each([
    ['a group of somebody else', { group: 'example.com', version: 'v1', kind: 'Deployment' }],
    ['a kind that holds no pods', { group: 'autoscaling', version: 'v1', kind: 'Scale' }],
    ['a name that objects have anyway', { group: '', version: 'v1', kind: 'constructor' }],
  ])('%s are not known', (_what, kind) => {
    const review = sampleReview('deployment.update');
    review.request.kind = kind;
    expect(read(review)?.images).toBe('of an unknown kind');
  });
});

it('is told who wants what', () => {
  expect(read(sampleReview('pod.of-deployment'))).toMatchObject({
    uid: '2a1f7c1b-8c1c-4a1d-9b64-1a2a4b6c8d02',
    kind: 'Pod',
    namespace: 'production',
    name: 'aeon-dt-api-6c9f7d8b5c-x2k4p',
    operation: 'CREATE',
    user: 'system:serviceaccount:kube-system:replicaset-controller',
  });
});

describe('nothing is read of', () => {
  const spoilt = (spoil: (review: ReturnType<typeof sampleReview>) => void): string => {
    const review = sampleReview('pod.of-deployment');
    spoil(review);
    return JSON.stringify(review);
  };

  it.each([
    ['no text', ''],
    ['what is not JSON', '{"kind": "AdmissionReview"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['another kind of object', spoilt((review) => (review.kind = 'Pod'))],
    ['another version', spoilt((review) => (review.apiVersion = 'admission.k8s.io/v1beta1'))],
    [
      'a review without a request',
      JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' }),
    ],
    ['a review without a uid', spoilt(({ request }) => (request.uid = ''))],
    ['a pod without a spec', spoilt(({ request }) => (request.object = { metadata: {} }))],
    [
      'a pod whose containers are no list',
      spoilt(({ request }) => (request.object = { spec: { containers: {} } })),
    ],
    [
      'an image that is no text',
      spoilt(({ request }) => (request.object = { spec: { containers: [{ image: 1 }] } })),
    ],
  ])('%s', (_what, body) => {
    expect(readReview(body)).toBeUndefined();
  });
});
