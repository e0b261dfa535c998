-- +goose Up
-- What was done at the household counter: each a dated act with its evidence.
-- The request is kept as it was made, sealed: it names people and numbers.
create table household_act (
  id text primary key,
  number text not null,            -- of the receipt
  kind text not null check (kind in ('birth', 'death', 'marriage_in', 'split', 'merge', 'move_in', 'move_out', 'change_head', 'adoption')),
  household_id text not null,
  other_id text not null default '', -- split: the new household; merge: the one taken in; who joins: where from
  happened_on text not null,
  document text not null,
  document_no text not null,
  document_office text not null,
  document_on text not null,
  path text not null,              -- where the household is registered
  request_sealed bytea not null,
  account text not null,
  name text not null,
  recorded_at bigint not null
);
create unique index household_act_number_uq on household_act (number);
create index household_act_household_ix on household_act (household_id, id);
create index household_act_other_ix on household_act (other_id, id) where other_id <> '';

-- Whom an act is about: the record it was asked for, and the record it was
-- written to. They differ only where the two were merged.
create table household_act_person (
  act_id text not null,
  named_id text not null,
  record_id text not null,
  primary key (act_id, record_id)
);
create index household_act_person_record_ix on household_act_person (record_id, act_id);
create index household_act_person_named_ix on household_act_person (named_id, act_id);

-- What an act leaves for a person to decide.
create table household_review (
  id text primary key,
  kind text not null check (kind in ('rights', 'booklet', 'same_person', 'unmerged')),
  household_id text not null,
  person_id text not null default '',
  act_id text not null,
  path text not null,
  state text not null check (state in ('open', 'closed')),
  decision text not null default '', -- unchanged, handled
  reason text not null default '',
  opened_at bigint not null,
  closed_by text not null default '',
  closed_name text not null default '',
  closed_at bigint not null default 0,
  version bigint not null
);
create index household_review_open_ix on household_review (path, id) where state = 'open';
create index household_review_household_ix on household_review (household_id, id);

-- Two records of one person: the one is read as the other. No fact of either
-- is rewritten, and until_at > 0 says that they are two again.
create table person_alias (
  id text primary key,
  person_id text not null,
  main_id text not null,
  reason text not null,
  account text not null,
  name text not null,
  from_at bigint not null,
  until_at bigint not null,        -- 0: still so
  undo_reason text not null default '',
  undo_account text not null default '',
  undo_name text not null default ''
);
create unique index person_alias_person_id_uq on person_alias (person_id) where until_at = 0;
create index person_alias_main_ix on person_alias (main_id) where until_at = 0;

-- Pairs of records that may be one person.
create table person_pair (
  id text primary key,
  a_id text not null,              -- the smaller id
  b_id text not null,
  a_path text not null,            -- where each is registered
  b_path text not null,
  signs text not null,             -- what they have in common
  state text not null check (state in ('open', 'same', 'different')),
  reason text not null default '',
  found_at bigint not null,
  decided_by text not null default '',
  decided_name text not null default '',
  decided_at bigint not null default 0,
  version bigint not null
);
create unique index person_pair_a_id_b_id_uq on person_pair (a_id, b_id);
create index person_pair_open_ix on person_pair (a_path, id) where state = 'open';
