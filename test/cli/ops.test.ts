import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';

/** Each test starts a process, which takes its time on a machine that is busy. */
jest.setTimeout(60_000);

const root = join(import.meta.dirname, '../..');

interface Ended {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as a person does: nobody is signed in to AWS, and nothing outside this machine is asked. */
function ops(...given: readonly string[]): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    USER: 'ada',
    HOME: join(tmpdir(), 'nobody'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['cli/ops.ts', ...given], { cwd: root, env }, (error, out, err) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const scan = 'events/ecr/image-scan.complete-critical.json';

describe('ops', () => {
  it('lists its commands', async () => {
    const { exitCode, out } = await ops('--help');
    expect(exitCode).toBe(0);
    for (const command of ['invoke', 'doctor', 'pause']) expect(out).toContain(command);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['repair']],
    ['an argument too few', ['invoke', 'judge-scan']],
    ['an argument too many', ['doctor', 'please']],
    ['an unknown flag', ['doctor', '--loud']],
  ])('exits 2 for %s', async (_what, given) => {
    const { exitCode, out, err } = await ops(...given);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  it('prints what came of an event, as JSON', async () => {
    const { exitCode, out, err } = await ops('invoke', 'judge-scan', scan);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ function: 'aeon-ops-judge-scan', ended: 'ok' });
  });

  it('exits 1 for an event that the function refuses, and says why', async () => {
    const { exitCode, out, err } = await ops(
      ...['invoke', 'deliver-alert', 'events/sqs/messages.json', '--sink', 'slack-ops'],
    );
    expect(exitCode).toBe(1);
    expect(err).toContain('not JSON');
    expect(JSON.parse(out)).toMatchObject({ ended: 'ok' });
  });

  it('exits 2 for a file that is not there, in two lines', async () => {
    const { exitCode, out, err } = await ops('invoke', 'judge-scan', 'nowhere.json');
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err.trimEnd().split('\n')).toEqual([
      `nowhere.json cannot be read (ENOENT): looked for ${join(root, 'nowhere.json')}.`,
      'Give the path of a file that holds an event as AWS sends it, such as those in events/.',
    ]);
  });

  it('pauses nothing without --aws, takes the person from USER, and needs no word set', async () => {
    const { exitCode, out } = await ops('pause', 'images', '--reason', 'upgrade', '--until', '4h', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      written: false,
      row: { switch: 'pause/images', reason: 'upgrade', by: 'ada' },
      byFrom: 'the environment variable USER',
    });
  });

  it('exits 3 when nobody is signed in, and shows the place in the code only with --debug', async () => {
    const given = ['pause', 'list', '--aws'];
    const [brief, long] = await Promise.all([ops(...given), ops(...given, '--debug')]);
    expect(brief.exitCode).toBe(3);
    expect(brief.err).toMatch(/No AWS credentials were found .* sign in/);
    expect(brief.err).not.toMatch(/^\s+at /m);
    expect(long.exitCode).toBe(3);
    expect(long.err).toMatch(/^\s+at /m);
  });
});
