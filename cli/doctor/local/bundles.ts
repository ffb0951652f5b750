import { statSync } from 'node:fs';
import { join } from 'node:path';
import { functionIdOf } from '../../../infra/names.ts';
import type { FunctionContract } from '../../../shared/lambda/contract.ts';
import { type Finding, ok, warning } from '../finding.ts';

/**
 * The bundles of the last synthesis.
 *
 * @param folder where `infra/app.ts` has them written: `dist`
 */
export function examineBundles(contracts: readonly FunctionContract[], folder: string): readonly Finding[] {
  return contracts.map((contract) => {
    const id = functionIdOf(contract);
    const file = statSync(join(folder, id.replaceAll('/', '-'), 'handler.mjs'), { throwIfNoEntry: false });
    if (file !== undefined) return ok(`${id} is bundled: ${Math.round(file.size / 1024)} KB`);
    return warning(
      `${id} is not bundled`,
      'Its size is not known. A deployment bundles it by itself.',
      'npm run synth',
    );
  });
}
