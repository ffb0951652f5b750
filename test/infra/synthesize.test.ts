import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contracts } from '../../infra/functions.ts';
import { templatesOf } from '../../infra/kept-templates.ts';
import { functionIdOf } from '../../infra/names.ts';
import { synthesize } from '../../infra/synthesize.ts';
import policy from '../../ops.config.ts';

describe('synthesize', () => {
  it('makes the same templates every time, and writes them where it is told to', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'aeon-ops-test-'));
    try {
      const templates = synthesize(policy, { outdir });
      expect(templates).toEqual(synthesize(policy));
      for (const [stack, { template }] of templates) {
        expect(JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8'))).toEqual(template);
      }
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  it('makes what is kept of it for whoever only reads the templates', async () => {
    expect(await templatesOf(policy)).toEqual(synthesize(policy));
  });

  it('makes a base stack in every Region that is used, also in a standby that holds nothing else', () => {
    const regions = { ...policy.regions, standby: 'eu-central-1' };
    const templates = synthesize({ ...policy, regions });
    expect(templates.get('aeon-ops-base-eu-central-1')?.region).toBe('eu-central-1');
    expect(JSON.stringify(templates.get('aeon-ops-images-eu-west-1'))).toContain('events:eu-central-1:');
  });

  it('names the source of each function, and deploys every function there is a contract for', () => {
    const sources = [...synthesize(policy).values()]
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Metadata }) => Metadata?.['aeon-ops:function']);
    expect(new Set(sources)).toEqual(new Set(contracts.map(functionIdOf)));
  });
});
