import * as z from 'zod/mini';
import type { Secrets } from '../aws/secrets.ts';

const Credentials = z.object({ username: z.string(), password: z.string() });

export type Credentials = z.infer<typeof Credentials>;

/** @throws Error when the secret cannot be read, or does not hold credentials; what it holds is never shown */
export async function readCredentials(secrets: Secrets, name: string): Promise<Credentials> {
  const parsed = z.safeParse(Credentials, parseJson(await secrets.text(name)));
  if (parsed.success) return parsed.data;
  secrets.forget(name);
  throw new Error(
    `The secret ${name} does not have the form {"username": "…", "password": "…"}. What it holds is not shown.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
