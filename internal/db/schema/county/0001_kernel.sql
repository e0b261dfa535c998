-- +goose Up
-- What was changed, by whom. No foreign keys: the record outlives its subject.
create table change (
  n bigint primary key,
  at bigint not null,
  account text not null,
  name text not null,
  kind text not null,
  action text not null,
  subject text not null,
  diff text not null
);
create index change_subject_n_ix on change (subject, n);

-- The stored hashes and signed heads of the Merkle tree over change.
create table if not exists tree_hash (
  tree text not null,
  i bigint not null,
  hash bytea not null,
  primary key (tree, i)
) /*without rowid*/;
create table if not exists tree_head (
  tree text not null,
  size bigint not null,
  at bigint not null,
  root text not null,
  signature bytea,
  primary key (tree, size)
);

-- Acts that must happen once, with their answers.
create table op (
  key text primary key,
  account text not null,
  action text not null,
  hash text not null,
  answer text not null,
  at bigint not null
);

create table job (
  id text primary key,
  kind text not null,
  key text not null,
  payload text not null,
  run_at bigint not null,
  lease_until bigint not null,
  attempts bigint not null,
  state text not null check (state in ('ready', 'buried')),
  error text not null default ''
);
create unique index job_kind_key_uq on job (kind, key);
create index job_run_at_ix on job (run_at) where state = 'ready';

create table setting (
  key text primary key,
  value text not null,
  version bigint not null
);

-- The last number given out in a series: 'booklet/2026', 'order/2026', …
create table series (
  name text primary key,
  last bigint not null
);
