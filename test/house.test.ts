import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/*
 * The import directions of the house (docs/architecture.md). Each rule says which files it is about, what they must
 * not hold, and what to do instead.
 */

interface Rule {
  readonly name: string;
  readonly about: (file: string) => boolean;
  readonly breaks: (file: string, source: Source) => readonly string[];
  readonly instead: string;
}

interface Source {
  /** Without comments. */
  readonly text: string;
  /** What it imports: a path from the root, or a package's name. */
  readonly imports: readonly string[];
}

const root = join(import.meta.dirname, '..');

/** What asks nothing of the world and changes nothing in it. */
const pure =
  /^shared\/((policy|domain)\/|failover\/(answer|aws-durations|budget|loss|quorum|standby|vote|ways)\.ts$)/;

const rules: readonly Rule[] = [
  {
    name: 'functions never import each other',
    about: (file) => file.startsWith('functions/'),
    breaks: (file, { imports }) =>
      imports.filter(
        (path) => path.startsWith('functions/') && !path.startsWith(`${folderOfFunction(file)}/`),
      ),
    instead: 'let them meet through an event on the ops bus, or move what both use to shared/',
  },
  {
    name: 'shared/ knows nothing of those who use it',
    about: (file) => file.startsWith('shared/'),
    breaks: (_file, { imports }) =>
      imports.filter((path) => /^(functions|infra|rehearsal|cli|bench|test|ops\.config)/.test(path)),
    instead: 'hand it in as an argument, from a composition root',
  },
  {
    name: 'infra/ imports of the functions only their contracts',
    about: (file) => file.startsWith('infra/'),
    breaks: (_file, { imports }) =>
      imports.filter(
        (path) =>
          /^(rehearsal|cli|bench|test)\//.test(path) ||
          (path.startsWith('functions/') && !path.endsWith('/contract.ts')),
      ),
    instead: 'put what infrastructure and function agree on into contract.ts',
  },
  {
    name: 'nothing that is deployed knows of the rehearsal',
    about: (file) => /^(functions|shared|infra)\//.test(file),
    breaks: (_file, { imports }) => imports.filter((path) => /^(rehearsal|cli|bench|test)\//.test(path)),
    instead: 'production runs on AWS itself; hand a world in instead',
  },
  {
    name: 'the policy, the domain and the times of a failover are pure',
    about: (file) => pure.test(file),
    breaks: (_file, { imports }) =>
      imports.filter((path) => !pure.test(path) && !/^zod(\/mini)?$/.test(path)),
    instead: 'read and act in the ring around it, and hand in what was read',
  },
  {
    name: 'only composition roots make SDK clients',
    about: (file) => /^(functions|shared)\//.test(file) && !/\/(compose|live)\.ts$/.test(file),
    breaks: (_file, { text }) => text.match(/new \w+Client\(|\bworld\.client\(/g) ?? [],
    instead: 'make the client in compose.ts and hand the capability in',
  },
  {
    name: 'only handlers read process.env',
    about: (file) => /^(functions|shared|infra)\//.test(file) && !/(\/handler|infra\/app)\.ts$/.test(file),
    breaks: (_file, { text }) => text.match(/process\.env/g) ?? [],
    instead: 'name the variable in contract.ts; compose receives the environment',
  },
  {
    name: 'only the world knows the present moment',
    about: (file) => /^(functions|shared)\//.test(file) && file !== 'shared/lambda/live.ts',
    breaks: (_file, { text }) =>
      text.match(/new Date\(\)|Date\.now\(\)|performance\.now\(\)|Math\.random\(\)/g) ?? [],
    instead: 'take `now` (or `random`) from the world, or as an argument',
  },
  {
    name: 'functions use zod in its small form',
    about: (file) => /^(functions|shared\/(events|aws|lambda))\//.test(file),
    breaks: (_file, { imports }) => imports.filter((path) => path === 'zod'),
    instead: "import * as z from 'zod/mini': 13 KB in the bundle instead of 83",
  },
  {
    name: 'no test is left alone or put off',
    about: (file) => file.endsWith('.test.ts'),
    breaks: (_file, { text }) => text.match(/\b(it|describe|test)\.(only|todo)\b/g) ?? [],
    instead: 'run it, or remove it',
  },
];

describe('the house', () => {
  const files = sourceFiles(root).map((file) => [file, read(file)] as const);

  it.each(rules)('$name', ({ about, breaks, instead }) => {
    const subjects = files.filter(([file]) => about(file));
    const broken = subjects.flatMap(([file, source]) =>
      breaks(file, source).map((what) => `${file}: ${what} - instead: ${instead}`),
    );
    expect(broken).toEqual([]);
    expect(subjects.length).toBeGreaterThan(0);
  });

  it('has the parts of a function in every function folder', () => {
    const folders = new Set(
      files.flatMap(([file]) => (file.startsWith('functions/') ? [folderOfFunction(file)] : [])),
    );
    const missing = [...folders].flatMap((folder) =>
      ['contract.ts', 'compose.ts', 'handler.ts', 'run.ts']
        .map((part) => `${folder}/${part}`)
        .filter((part) => !files.some(([file]) => file === part)),
    );
    expect(missing).toEqual([]);
  });
});

function folderOfFunction(file: string): string {
  return file.split('/').slice(0, 3).join('/');
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /^(\.|node_modules|cdk\.out|dist|coverage|events$)/.test(entry.name) && folder === root
        ? []
        : sourceFiles(path);
    return entry.name.endsWith('.ts') ? [relative(root, path)] : [];
  });
}

function read(file: string): Source {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*/g, '');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
    (match) => match[1] ?? '',
  );
  const imports = specifiers.map((path) =>
    path.startsWith('.') ? relative(root, join(root, dirname(file), path)) : path,
  );
  return { text, imports };
}
