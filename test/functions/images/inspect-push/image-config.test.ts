import { describe, expect, it } from '@jest/globals';
import { parseImageConfig } from '../../../../functions/images/inspect-push/image-config.ts';

const whole = {
  architecture: 'arm64',
  os: 'linux',
  variant: 'v8',
  config: {
    User: 'appuser',
    Env: ['PATH=/usr/bin'],
    Entrypoint: ['/usr/bin/dumb-init', '--'],
    WorkingDir: '/app',
    Labels: { maintainer: 'team@example.com', version: '3.0.0' },
    Healthcheck: {
      Test: ['CMD-SHELL', 'curl -f http://localhost:8080/health || exit 1'],
      Interval: 30_000_000_000,
    },
  },
  history: [
    { created: '2026-03-02T08:00:00Z', created_by: 'COPY dist ./dist # buildkit' },
    { created: '2026-03-02T08:00:01Z', created_by: 'USER appuser', empty_layer: true },
    { empty_layer: true, comment: 'no word of what it did' },
  ],
  rootfs: { type: 'layers', diff_ids: ['sha256:a0'] },
};

const parse = (content: unknown) => parseImageConfig(JSON.stringify(content));

describe('the config of an image', () => {
  it('tells what the image is for and how it runs', () => {
    expect(parse(whole)).toEqual({
      platform: 'linux/arm64',
      user: 'appuser',
      hasHealthCheck: true,
      version: '3.0.0',
      environment: ['PATH=/usr/bin'],
      history: ['COPY dist ./dist # buildkit', 'USER appuser', ''],
    });
  });

  it.each([
    ['leaves everything out', { os: 'linux', architecture: 'amd64' }],
    ['has nothing in it', { os: 'linux', architecture: 'amd64', config: {}, history: [] }],
    [
      'writes null and empty values',
      {
        os: 'linux',
        architecture: 'amd64',
        config: { User: '', Env: null, Labels: null, Healthcheck: null },
        history: null,
      },
    ],
    ['is null', { os: 'linux', architecture: 'amd64', config: null }],
    [
      'has an empty label and a health check without a test',
      { os: 'linux', architecture: 'amd64', config: { Labels: { version: '' }, Healthcheck: {} } },
    ],
  ])('that %s has no user, no health check and no version', (_case, content) => {
    expect(parse(content)).toEqual({
      platform: 'linux/amd64',
      user: '',
      hasHealthCheck: false,
      version: undefined,
      environment: [],
      history: [],
    });
  });

  it('with HEALTHCHECK NONE has no health check, although its base image may have one', () => {
    const config = { ...whole.config, Healthcheck: { Test: ['NONE'] } };
    expect(parse({ ...whole, config })?.hasHealthCheck).toBe(false);
  });

  it.each([
    ['no JSON', '<Error/>'],
    ['nothing', ''],
    ['no object', '[]'],
    ['the config of something else', '{"name":"chart","version":"1.0.0"}'],
    ['of another form', '{"os":"linux","architecture":"amd64","config":{"Env":"A=b"}}'],
  ])('is none when the text is %s', (_case, text) => {
    expect(parseImageConfig(text)).toBeUndefined();
  });
});
