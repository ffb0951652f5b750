import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface Secrets {
  /** The secret's text. Kept for five minutes, so that a rotated secret is used soon; `forget` asks anew at once. */
  readonly text: (name: string) => Promise<string>;
  readonly forget: (name: string) => void;
}

const keptMs = 5 * 60 * 1000;

export function secrets(client: SecretsManagerClient, now: () => Date): Secrets {
  const kept = new Map<string, { readonly text: string; readonly until: number }>();
  return {
    async text(name) {
      const known = kept.get(name);
      if (known && known.until > now().getTime()) return known.text;
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      if (SecretString === undefined) {
        throw new Error(`The secret ${name} holds no text: store JSON text in it, not binary data.`);
      }
      kept.set(name, { text: SecretString, until: now().getTime() + keptMs });
      return SecretString;
    },
    forget(name) {
      kept.delete(name);
    },
  };
}
