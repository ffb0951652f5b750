import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../../functions/images/inspect-push/contract.ts';
import { matchesPattern } from '../../../../rehearsal/wiring/event-pattern.ts';
import { sample, spoil } from '../../../shared/events/sample.ts';

const [{ pattern }] = contract.subscriptions;
const push = sample('ecr/image-action.push.json');

describe('inspect-push', () => {
  it('hears of an image that was pushed under a tag', () => {
    expect(matchesPattern(pattern, push)).toBe(true);
  });

  it.each([
    ['was pushed without a tag, as a part of an index', sample('ecr/image-action.push-untagged.json')],
    ['was deleted', sample('ecr/image-action.delete.json')],
    ['was archived', sample('ecr/image-action.archive.json')],
    ['was restored', sample('ecr/image-action.restore.json')],
    ['was scanned', sample('ecr/image-scan.complete-critical.json')],
    ['could not be pushed', spoil(push, 'detail.result', 'FAILURE')],
  ])('does not hear of one that %s', (_what, event) => {
    expect(matchesPattern(pattern, event)).toBe(false);
  });
});
