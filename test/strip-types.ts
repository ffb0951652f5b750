import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

/** jest transform: positions stay as they are, so no source map is needed. */
export default {
  getCacheKey: (source: string, path: string, options: { instrument: boolean }): string =>
    createHash('sha256').update([process.version, path, options.instrument, source].join('\0')).digest('hex'),
  process: (source: string): { code: string } => ({ code: stripTypeScriptTypes(source) }),
};
