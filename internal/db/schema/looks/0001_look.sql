-- +goose Up
-- Every look at personal data. On SQLite these tables have a file and a writer
-- of their own, so that no import can stall a page.
create table look (
  id text primary key,
  n bigint not null,              -- place in the Merkle tree, -1 until sealed
  at bigint not null,
  account text not null,
  name text not null,
  kind text not null,
  office text not null,
  action text not null,
  purpose text not null,
  subjects text not null
);
create unique index look_n_uq on look (n) where n >= 0;
create index look_unsealed_ix on look (at, id) where n < 0;
create table look_subject (
  subject text not null,
  look_id text not null,
  primary key (subject, look_id)
) /*without rowid*/;
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
