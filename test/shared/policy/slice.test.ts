import { describe, expect, it } from '@jest/globals';
import { contract as deliverAlert } from '../../../functions/alerts/deliver-alert/contract.ts';
import { contract as routeAlert } from '../../../functions/alerts/route-alert/contract.ts';
import { contract as judgeScan } from '../../../functions/images/judge-scan/contract.ts';
import { slicePolicy } from '../../../shared/policy/slice.ts';
import { policy } from '../../builders.ts';

describe('slicePolicy', () => {
  it.each<[readonly string[], object]>([
    [[], {}],
    [['images'], { images: policy.images }],
    [['images.mode'], { images: { mode: 'observe' } }],
    [
      ['alerts.routes', 'regions.primary', 'alerts.runbookUrl'],
      {
        alerts: { routes: policy.alerts.routes, runbookUrl: policy.alerts.runbookUrl },
        regions: { primary: 'us-east-1' },
      },
    ],
    [['images.mode', 'images'], { images: policy.images }],
    [['images', 'images.mode'], { images: policy.images }],
    [['retention.images.production'], { retention: { images: { production: 365 } } }],
  ])('holds what is named and nothing else: %j', (paths, slice) => {
    expect(slicePolicy(policy, paths)).toEqual(slice);
  });

  it.each([
    ['imagess', "policy path 'imagess' names nothing: there is no 'imagess'"],
    ['images.modes', "policy path 'images.modes' names nothing: there is no 'images.modes'"],
    ['images.mode.deep', "policy path 'images.mode.deep' names nothing: there is no 'images.mode.deep'"],
    ['alerts.routes.0', "policy path 'alerts.routes.0' names nothing: there is no 'alerts.routes.0'"],
  ])('refuses a path that names nothing: %s', (path, message) => {
    expect(() => slicePolicy(policy, [path])).toThrow(new RangeError(message));
  });

  it('leaves the policy as it was', () => {
    const before = structuredClone(policy);
    slicePolicy(policy, ['images', 'images.mode', 'alerts.routes', 'alerts']);
    expect(policy).toEqual(before);
  });

  it('changes only with what its paths name', () => {
    const edited = { ...policy, retention: { ...policy.retention, logs: 30 } };
    for (const { policy: paths } of [judgeScan, routeAlert, deliverAlert]) {
      expect(slicePolicy(edited, paths)).toEqual(slicePolicy(policy, paths));
    }
    const mode = { ...policy, images: { ...policy.images, mode: 'act' } };
    expect(slicePolicy(mode, judgeScan.policy)).not.toEqual(slicePolicy(policy, judgeScan.policy));
  });
});
