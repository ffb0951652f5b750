import { describe, expect, it } from '@jest/globals';
import { parseImageEvent } from '../../../shared/events/image-event.ts';
import { refusal, sample } from './sample.ts';

describe('parseImageEvent', () => {
  it('names the image, and what gave reason to judge it', () => {
    const digest = sample('ecr/image-scan.complete-critical.json').detail as Record<string, unknown>;
    expect(parseImageEvent(sample('ecr/image-scan.complete-critical.json'))).toEqual({
      repository: 'aeon-dt-api',
      digest: digest['image-digest'],
      tags: ['aeon-dt-api-prod-3.0.0-4f1c2ab'],
      cause: 'basic scan COMPLETE',
      tells: 'scan ended',
      region: 'us-east-1',
      account: '123456789012',
      at: '2026-03-02T08:14:09.000Z',
    });
  });

  it.each([
    ['ecr/image-scan.failed.json', 'basic scan FAILED'],
    ['inspector2/scan.initial.json', 'enhanced scan INITIAL_SCAN_COMPLETE'],
    ['inspector2/finding.active.json', 'finding CVE-2026-10001 ACTIVE'],
    ['inspector2/finding.closed.json', 'finding CVE-2026-10001 CLOSED'],
    ['ecr/image-action.push.json', 'image action PUSH'],
    ['ecr/replication-action.success.json', 'replication from us-east-1 SUCCESS'],
    ['ecr/replication-action.failed.json', 'replication from us-east-1 FAILED'],
  ])('says why, for %s', (file, cause) => {
    expect(parseImageEvent(sample(file)).cause).toBe(cause);
  });

  it.each([
    ['ecr/image-scan.failed.json', 'scan ended'],
    ['inspector2/scan.initial.json', 'scan ended'],
    ['inspector2/finding.active.json', 'finding changed'],
    ['ecr/image-action.push.json', 'pushed'],
    ['ecr/replication-action.success.json', 'replicated'],
  ])('tells what %s says of the scan', (file, tells) => {
    expect(parseImageEvent(sample(file)).tells).toBe(tells);
  });

  it('names one and the same image, whichever engine tells of it', () => {
    const files = [
      'ecr/image-scan.complete-critical',
      'inspector2/scan.initial',
      'inspector2/finding.active',
    ];
    const images = files
      .map((file) => parseImageEvent(sample(`${file}.json`)))
      .map(({ account, region, repository, digest }) => `${account}/${region}/${repository}@${digest}`);
    expect(new Set(images).size).toBe(1);
  });

  it.each([
    [
      'inspector2/scan.lambda.json',
      "The event is not about an image in ECR (given 'arn:aws:lambda:us-east-1:123456789012:function:aeon-dt-thumbnails:$LATEST')",
    ],
    ['inspector2/finding.ec2.json', "The event is not about an image in ECR (given 'i-0abcdef1234567890')"],
    [
      'cloudwatch/alarm.firing.json',
      "No image is judged for this kind of event (given 'CloudWatch Alarm State Change' of 'aws.cloudwatch')",
    ],
    [
      'schedule/scheduler-input.json',
      'The EventBridge event cannot be understood: source: expected string (given nothing)',
    ],
  ])('refuses %s', (file, message) => {
    expect(refusal(() => parseImageEvent(sample(file)))).toContain(message);
  });
});
