-- What the operations automation keeps in a database, so that a copy restored from a backup can be told from an empty
-- one, from another database's, and from an older state. Run it once in each database, as its owner. It may be run again.
--
-- Afterwards give the two roles their passwords, and store that of aeon_ops_heartbeat in the secret that the policy names:
--   alter role aeon_ops_heartbeat password '…';

begin;

create schema if not exists aeon_ops;

-- Which database this is. Never changed: a restored copy has to have the same word.
create table if not exists aeon_ops.sentinel (
  id smallint primary key default 1 check (id = 1),
  word text not null,
  planted_at timestamptz not null
);

insert into aeon_ops.sentinel (word, planted_at)
values (gen_random_uuid()::text, clock_timestamp())
on conflict (id) do nothing;

-- The newest moment that is in the data, written every minute by the one Region that `writer` names. A failover names
-- another and raises `epoch`; from then on the former writer's heartbeats change nothing.
create table if not exists aeon_ops.heartbeat (
  id smallint primary key default 1 check (id = 1),
  writer text not null,
  epoch bigint not null default 1,
  at timestamptz not null,
  writer_at timestamptz not null
);

do $$
begin
  if not exists (select from pg_roles where rolname = 'aeon_ops_heartbeat') then
    create role aeon_ops_heartbeat login connection limit 5;
  end if;
  if not exists (select from pg_roles where rolname = 'aeon_ops_reader') then
    create role aeon_ops_reader login connection limit 5;
  end if;
end
$$;

revoke all on schema aeon_ops from public;
grant usage on schema aeon_ops to aeon_ops_heartbeat, aeon_ops_reader;

-- It cannot name another writer. PostgreSQL wants the reading for `on conflict … where` and `returning`.
revoke all on aeon_ops.heartbeat, aeon_ops.sentinel from aeon_ops_heartbeat, aeon_ops_reader;
grant select on aeon_ops.heartbeat to aeon_ops_heartbeat;
grant insert (id, writer, at, writer_at), update (at, writer_at) on aeon_ops.heartbeat to aeon_ops_heartbeat;

-- Takes the manifests that restored copies are compared with. Grant it `select` on each table that the policy checks.
grant select on aeon_ops.heartbeat, aeon_ops.sentinel to aeon_ops_reader;

commit;
