import { join } from 'node:path';
import { contractsBy } from '../../../infra/functions.ts';
import type { Section } from '../finding.ts';
import { examineBundles } from './bundles.ts';
import { rehearseDelivery } from './delivery.ts';
import { findPlaceholders } from './placeholders.ts';
import { examinePolicy } from './policy.ts';
import { explainRoutes, explainSinks } from './routes.ts';
import { examineTemplates } from './templates.ts';

const bundleFolder = join(import.meta.dirname, '../../../dist');

/** All that can be found out on this machine alone. What stands on a thing that is broken is left out. */
export async function examineLocally(policyAsWritten: unknown): Promise<readonly Section[]> {
  const { policy, findings } = examinePolicy(policyAsWritten);
  const sections: Section[] = [{ title: 'Policy', findings }];
  if (policy === undefined) return sections;
  sections.push(
    { title: 'Placeholders in the policy', findings: findPlaceholders(policy) },
    { title: 'Sinks', findings: [], table: explainSinks(policy) },
    { title: 'Who hears of what', findings: [], table: explainRoutes(policy) },
    { title: 'Bundles', findings: examineBundles(contractsBy(policy), bundleFolder) },
  );
  const { templates, findings: onTemplates } = examineTemplates(policy);
  sections.push({ title: 'Templates', findings: onTemplates });
  if (templates !== undefined) {
    sections.push({ title: 'Delivery', findings: await rehearseDelivery(policy, templates) });
  }
  return sections;
}
