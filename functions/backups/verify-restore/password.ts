import { createHmac } from 'node:crypto';
import type { Secrets } from '../../../shared/aws/secrets.ts';

/**
 * The password of the copy that a restore job has made: 43 letters, digits, hyphens and underscores, all of which RDS
 * takes. Whoever knows one of them knows no other.
 *
 * @param secretName of a long random text that nothing else is made from
 */
export async function passwordFor(secrets: Secrets, secretName: string, jobId: string): Promise<string> {
  const key = await secrets.text(secretName);
  return createHmac('sha256', key).update(`restore job ${jobId}`).digest('base64url');
}
