-- +goose Up
-- Services that accept the booklet in place of the household booklet (同等效力),
-- as the county publishes them: a service keeps its item over its changes, and
-- what was said of it stays, with its dates.
drop table accepting;
create table accepting (
  id text primary key,
  item text not null,              -- the service; the same over its changes
  name text not null,
  unit text not null,              -- who is responsible
  office text not null,            -- the kind of post of the unit, if its people work with this program; else ''
  phone text not null,
  bring text not null,             -- what to bring beside the booklet
  basis text not null,             -- the document that says so
  valid_from text not null,        -- civil date
  valid_to text not null           -- civil date
);
create unique index accepting_item_valid_from_uq on accepting (item, valid_from);
create index accepting_valid_ix on accepting (valid_from, valid_to);

-- What was asked to change in it; one change of a service waits at a time.
create table accepting_change (
  id text primary key,
  item text not null,
  name text not null,
  unit text not null,
  office text not null,
  phone text not null,
  bring text not null,
  basis text not null,
  ends bigint not null,            -- 1: it is on the list no more
  valid_from text not null,        -- civil date
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by text not null,       -- account
  proposed_name text not null,
  proposed_at bigint not null,
  decided_by text not null,
  decided_name text not null,
  decided_at bigint not null,
  answer text not null,
  version bigint not null,
  check (state <> 'approved' or decided_by <> proposed_by)
);
create unique index accepting_change_item_uq on accepting_change (item) where state = 'proposed';
