import * as z from 'zod/mini';
import { type Alert, alertSeverities } from '../domain/alert.ts';
import { parseJson } from './json.ts';
import { parseOrRefuse } from './parse.ts';

/** The body of a message in a sink's queue: one alert, as JSON text. */
const AlertMessage = z.object({
  fingerprint: z.string().check(z.minLength(1)),
  state: z.enum(['firing', 'resolved']),
  condition: z.string(),
  severity: z.enum(alertSeverities),
  environment: z.string(),
  occurredAt: z.iso.datetime(),
  title: z.string(),
  meaning: z.string(),
  action: z.string(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  links: z.array(z.object({ label: z.string(), url: z.url({ protocol: /^https$/ }) })),
  subject: z.string(),
  region: z.string(),
});

export function writeAlertMessage(alert: Alert): string {
  return JSON.stringify(alert);
}

/** @throws PermanentError when the body is not an alert */
export function readAlertMessage(body: string): Alert {
  return parseOrRefuse(AlertMessage, parseJson(body, 'The message in the sink’s queue'), 'The alert');
}
