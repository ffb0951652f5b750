import { readFileSync } from 'node:fs';
import type { Manifest, ProofPolicy } from '../../../shared/restores/manifest.ts';

const migration = readFileSync(
  new URL('../../../functions/databases/write-heartbeat/migration.sql', import.meta.url),
  'utf8',
);

/** The word of the sentinel in the dumped database. */
const word = '1f6f5f0e-6f0f-4b52-9a53-0d2a3a4c9e11';

/** The last heartbeat in the dump. */
export const beatAt = new Date('2026-11-24T08:59:30Z');

export const proof: ProofPolicy = {
  heartbeatWithinSeconds: 300,
  tables: {
    'public.ontologies': { checksum: true, rowFloor: 1 },
    'public.twins': { checksum: true, rowFloor: 0.95 },
    'public.readings': { checksum: false, rowFloor: 0.9 },
  },
};

/** The sections of a dump of the platform's metadata database, in their order. */
export interface Dump {
  readonly extensions: string;
  readonly tables: string;
  readonly ontologies: string;
  readonly twins: string;
  readonly readings: string;
  readonly indexes: string;
  readonly ops: string;
}

/** With many types, nulls beside empty texts, a partitioned table, and keys from one table to another. */
export const dump: Dump = {
  extensions: 'create extension pg_trgm with schema public;',

  tables: `
    create type public.state as enum ('draft', 'live', 'retired');
    create table public.ontologies (
      id integer primary key, iri text not null unique, title text, body jsonb not null, version numeric(6, 2) not null,
      state public.state not null, labels text[], published_at timestamptz, valid daterange, digest bytea
    );
    create table public.twins (
      id uuid primary key, ontology integer not null references public.ontologies, name varchar(80), mass double precision,
      scale real, note text, changed_at timestamp, lifetime interval,
      short text generated always as (left(name, 3)) stored
    );
    create table public.readings (
      twin uuid not null references public.twins, at timestamptz not null, value double precision, raw json
    ) partition by range (at);
    create table public.readings_october partition of public.readings for values from ('2026-10-01Z') to ('2026-11-01Z');
    create table public.readings_november partition of public.readings for values from ('2026-11-01Z') to ('2026-12-01Z');`,

  ontologies: `
    insert into public.ontologies
    select n, 'https://aeon.example/ontology/' || n, case n % 5 when 0 then null when 1 then '' else 'Ontology ' || n end,
           jsonb_build_object('classes', n % 7, 'z', null, 'a', array[n, n / 3.0]), n / 8.0,
           (array['draft', 'live', 'retired'])[n % 3 + 1]::public.state, array['l' || n, null, 'ä"\\'],
           timestamptz '2026-01-01 00:00:00.123456Z' + n * interval '37 minutes',
           daterange('2026-01-01', date '2026-01-01' + n), decode(md5(n::text), 'hex')
      from generate_series(1, 300) n;`,

  twins: `
    insert into public.twins (id, ontology, name, mass, scale, note, changed_at, lifetime)
    select md5(n::text)::uuid, n % 300 + 1, 'Twin ' || n, case when n % 4 = 0 then null else sqrt(n) * 1e-7 end, n / 3.0,
           case when n % 2 = 0 then null else repeat('note ', n % 40) end,
           timestamp '2026-05-01' + n * interval '11 seconds', n * interval '1 hour 1 second'
      from generate_series(1, 1000) n;`,

  readings: `
    insert into public.readings
    select md5((n % 1000 + 1)::text)::uuid, timestamptz '2026-10-20Z' + n * interval '10 minutes', n / 7.0,
           ('{"n": ' || n || '}')::json
      from generate_series(1, 5000) n;`,

  indexes: `
    create index twins_by_name on public.twins (name);
    create index ontologies_by_title on public.ontologies using gin (title public.gin_trgm_ops);
    analyze;`,

  ops: `
    ${migration}
    update aeon_ops.sentinel set word = '${word}', planted_at = '2026-01-02Z';
    insert into aeon_ops.heartbeat (writer, at, writer_at)
    values ('us-east-1', '${beatAt.toISOString()}', '${beatAt.toISOString()}');`,
};

/** The whole dump, with some of its sections replaced. */
export function dumpWith(replaced: Partial<Dump> = {}): string {
  return Object.values({ ...dump, ...replaced }).join('\n');
}

/** The backup that the dump is taken for. */
export const point = {
  startedAt: new Date('2026-11-24T09:00:00Z'),
  completedAt: new Date('2026-11-24T09:12:00Z'),
};

export const now = new Date('2026-11-25T08:30:00Z');

export function manifestOf(answers: Manifest['answers']): Manifest {
  return { takenAt: '2026-11-24T08:55:00Z', answers };
}
