import type { ImageConfig } from '../../../../functions/images/inspect-push/image-config.ts';
import type { ObservedImage, ObservedPush } from '../../../../functions/images/inspect-push/observed.ts';
import { digest } from '../../../builders.ts';

/* A push with which nothing is wrong; a test spoils what it is about. */

export const service = { name: 'api', platforms: ['linux/amd64', 'linux/arm64'], sizeBudgetMb: 150 };

export function config(over: Partial<ImageConfig> = {}): ImageConfig {
  return {
    platform: 'linux/amd64',
    user: 'appuser',
    hasHealthCheck: true,
    version: '3.0.0',
    environment: ['PATH=/usr/bin', 'NODE_ENV=production'],
    history: ['WORKDIR /app', 'USER appuser'],
    ...over,
  };
}

export function amd64(over: Partial<ImageConfig> = {}, sizeBytes = 61_200_000): ObservedImage {
  return { digest: 'sha256:amd', platform: 'linux/amd64', sizeBytes, config: config(over) };
}

export function arm64(over: Partial<ImageConfig> = {}, sizeBytes = 60_100_000): ObservedImage {
  return {
    digest: 'sha256:arm',
    platform: 'linux/arm64',
    sizeBytes,
    config: config({ platform: 'linux/arm64', ...over }),
  };
}

export function push(over: Partial<ObservedPush> = {}): ObservedPush {
  return {
    digest,
    tags: ['api-prod-3.0.0-a1b2c3d4'],
    pushedAt: new Date('2026-03-02T08:00:00Z'),
    service,
    content: { kind: 'index', images: [amd64(), arm64()], broken: [] },
    replicas: new Map(),
    ...over,
  };
}
