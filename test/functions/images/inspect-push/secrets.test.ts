import { describe, expect, it } from '@jest/globals';
import { findSecrets } from '../../../../functions/images/inspect-push/secrets.ts';
import { config } from './fixtures.ts';

const inEnvironment = (...environment: string[]) => findSecrets(config({ environment, history: [] }));
const inHistory = (...history: string[]) => findSecrets(config({ environment: [], history }));

const accessKeyId = `AKIA${'ABCDEFGHIJKLMNOP'}`;

describe('a name that sounds like a secret', () => {
  it.each([
    'PASSWORD',
    'DB_PASSWORD',
    'db_password',
    'POSTGRES_PASSWD',
    'CLIENT_SECRET',
    'SECRET_KEY_BASE',
    'NPM_TOKEN',
    'TOKEN',
    'API_KEY',
    'STRIPE_APIKEY',
    'SSH_PRIVATE_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'GOOGLE_CREDENTIALS',
    'KEY_PASSPHRASE',
  ])('%s is told, when it has a value', (name) => {
    expect(inEnvironment(`${name}=hush`)).toEqual([{ name, steps: [] }]);
    expect(inEnvironment(`${name}=`)).toEqual([]);
  });

  it.each([
    'PATH=/usr/bin',
    'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
    'TOKENIZERS_PARALLELISM=4',
    'MAX_TOKENS=4096',
    'DB_PASSWORD_FILE=/run/secrets/db',
    'SECRET_NAME=aeon/db',
    'TOKEN_TTL=3600',
    'TOKEN_URL=https://example.com/token',
    'REQUIRE_PASSWORD=true',
    'API_KEY=$OTHER',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a Dockerfile holds
    'API_KEY=${OTHER}',
    'SECRETARY=ann',
    'COMPASSWORD=x',
    'NO_VALUE_AND_NO_TOKEN',
  ])('but not %s', (assignment) => {
    expect(inEnvironment(assignment)).toEqual([]);
  });
});

describe('a value of a form that only keys have', () => {
  it.each([
    ['an access key id of AWS', accessKeyId],
    ['a temporary one', accessKeyId.replace('AKIA', 'ASIA')],
    ['a token of Slack', 'xoxb-123456789012-hush'],
    ['a token of GitHub', `ghp_${'a'.repeat(36)}`],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('is told whatever its name: %s', (_what, value) => {
    expect(inEnvironment(`HARMLESS=${value}`)).toEqual([{ name: 'HARMLESS', steps: [] }]);
    expect(inHistory('WORKDIR /app', `RUN /bin/sh -c deploy --with '${value}' # buildkit`)).toEqual([
      { name: 'a key in RUN', steps: [2] },
    ]);
  });

  it('is not told for what only begins like one', () => {
    expect(inEnvironment('A=AKIA', 'B=xoxb-', 'C=-----BEGIN CERTIFICATE-----', 'D=ghp_short')).toEqual([]);
  });
});

describe('the history of an image', () => {
  it.each([
    ['ENV, as BuildKit writes it', 'ENV NODE_ENV=production API_KEY=hush', 'API_KEY'],
    ['ENV with quotes', 'ENV API_KEY="hush hush"', 'API_KEY'],
    ['ENV, as the builder before wrote it', '/bin/sh -c #(nop)  ENV API_KEY=hush', 'API_KEY'],
    ['ARG with a default', 'ARG NPM_TOKEN=hush', 'NPM_TOKEN'],
    [
      'a build argument, as BuildKit notes it',
      'RUN |1 NPM_TOKEN=hush /bin/sh -c npm ci # buildkit',
      'NPM_TOKEN',
    ],
    [
      'a build argument, as the builder before noted it',
      '|2 A=b NPM_TOKEN=hush /bin/sh -c npm ci',
      'NPM_TOKEN',
    ],
  ])('tells a secret in %s', (_where, step, name) => {
    expect(inHistory('WORKDIR /app', step)).toEqual([{ name, steps: [2] }]);
  });

  it.each([
    ['ARG without a value', 'ARG NPM_TOKEN'],
    ['an empty build argument', 'RUN |1 NPM_TOKEN= /bin/sh -c npm ci # buildkit'],
    [
      'what the command itself sets',
      'RUN |1 A=b /bin/sh -c TOKEN=$(cat /run/secrets/token) npm ci # buildkit',
    ],
    ['a secret that is mounted', 'RUN /bin/sh -c npm ci # buildkit --mount=type=secret,id=NPM_TOKEN'],
    ['another instruction', 'LABEL TOKEN=none'],
    ['a step that says nothing', ''],
  ])('tells nothing of %s', (_what, step) => {
    expect(inHistory(step)).toEqual([]);
  });

  it('and the environment name one secret once, with every step that it stands in', () => {
    const secrets = findSecrets(
      config({
        environment: ['API_KEY=hush'],
        history: ['ENV API_KEY=hush', 'RUN |1 API_KEY=hush /bin/sh -c true', 'CMD ["node"]'],
      }),
    );
    expect(secrets).toEqual([{ name: 'API_KEY', steps: [1, 2] }]);
  });
});

it('no value is ever told', () => {
  const value = `hush-${accessKeyId}`;
  const secrets = findSecrets(
    config({
      environment: [`API_KEY=${value}`, `OTHER=${value}`],
      history: [`ENV API_KEY=${value} TOKEN=${value}`, `RUN |1 A=${value} /bin/sh -c ${value}`, value],
    }),
  );
  expect(secrets.length).toBeGreaterThan(3);
  expect(JSON.stringify(secrets)).not.toContain('hush');
  expect(JSON.stringify(secrets)).not.toContain('AKIA');
});
