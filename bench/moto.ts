import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';

/** moto's server on this machine: AWS as somebody else understood it. */
export interface Moto extends AsyncDisposable {
  /** For SDK clients. */
  readonly config: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/**
 * Starts moto in a process of its own, with nothing in it.
 *
 * @param settings environment variables of moto
 * @returns undefined where it is not installed (`pip install 'moto[server]'`)
 * @throws Error where it is and does not answer
 */
export async function startMoto(
  region = 'us-east-1',
  settings: Readonly<Record<string, string>> = {},
): Promise<Moto | undefined> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...settings },
  });
  let isGone = false;
  server.once('error', () => {
    isGone = true;
  });
  server.once('exit', () => {
    isGone = true;
  });
  if (!(await answers(`${endpoint}/moto-api/`, () => isGone))) return undefined;
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'none' };
  return { config: { region, endpoint, credentials }, [Symbol.asyncDispose]: () => stop(server) };
}

/**
 * True once something answers there, false when it never will.
 *
 * @throws Error after a minute: what is there and does not answer is not taken for something that is not installed
 */
async function answers(url: string, isGone: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (isGone()) return false;
    try {
      return (await fetch(url)).ok;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`moto_server was started and does not answer at ${url}`);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
}
