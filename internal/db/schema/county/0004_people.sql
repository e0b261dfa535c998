-- +goose Up
create table person (
  id text primary key,
  name text not null,
  sex text not null,
  birth text not null,
  ethnicity text not null,
  education text not null default '',
  marital text not null default '',
  number_kind text not null,       -- citizen_id, or none
  number_sealed bytea,
  number_token text,               -- keyed; null when there is no number
  no_number_reason text not null default '',
  phone_sealed bytea,
  source text not null,            -- import/<id>/<row>, or how else it became known
  as_of text not null,             -- the date the source speaks of
  version bigint not null
);
create unique index person_number_token_uq on person (number_token) where number_token is not null;

-- One search index: name, given name, pinyin, initials, keyed tails of number and phone.
create table person_key (
  key text not null,
  person_id text not null,
  primary key (key, person_id)
) /*without rowid*/;

create table household (
  id text primary key,
  register_no text not null,
  kind text not null,              -- family, collective
  village text not null,           -- 12 digits, where it is registered
  group_no text not null,
  address_id text not null references address (id),
  source text not null,
  as_of text not null,
  version bigint not null
);
create unique index household_register_no_uq on household (register_no);
create index household_village_ix on household (village, group_no);

-- Where a person is registered, lives and works: dated spells, each with the
-- time it was true and the time it was believed. superseded_at = 0 is what is
-- believed now; valid_to = '9999-12-31' is what is still true.
create table spell (
  id text primary key,
  person_id text not null,
  kind text not null check (kind in ('registered', 'living', 'working')),
  path text not null,              -- 12-digit village + 3-digit grid ('000': no grid); outside the county: its code
  household_id text not null default '',  -- registered: the household; living: the household lived with
  relation text not null default '',      -- registered: relation to the head, GB/T 4761
  house_id text not null default '',      -- living: the house
  place text not null default '',         -- working: in words
  valid_from text not null,
  valid_to text not null,
  recorded_at bigint not null,
  superseded_at bigint not null,
  sealed_to text not null default '',     -- protected address: the police unit that may know
  source text not null
);
create index spell_person_ix on spell (person_id, kind) where superseded_at = 0;
create index spell_path_ix on spell (kind, path, person_id) where superseded_at = 0 and valid_to = '9999-12-31';
create index spell_sealed_ix on spell (kind, path, sealed_to) where sealed_to <> '' and superseded_at = 0 and valid_to = '9999-12-31';
create index spell_household_ix on spell (household_id, kind) where superseded_at = 0;
create index spell_house_ix on spell (house_id) where superseded_at = 0 and house_id <> '';

create table import (
  id text primary key,
  kind text not null,
  file_name text not null,
  file_hash text not null,
  blob_id text not null,
  state text not null check (state in ('checking', 'checked', 'running', 'done', 'failed')),
  account text not null,
  path text not null,              -- the area of the office that imports
  as_of text not null,
  row_done bigint not null,        -- households finished: where a restart goes on
  report text not null,            -- JSON: counts and faults, no personal data
  error text not null default '',
  created_at bigint not null,
  finished_at bigint not null,
  version bigint not null
);
create index import_account_ix on import (account, id);
