-- +goose Up
-- Who may vote in the election of a village or residents' committee: one list
-- for each unit and round.
create table election (
  id text primary key,
  round text not null,             -- the round, county-wide: 2026年换届
  path text not null,              -- the unit: 12 digits
  law text not null check (law in ('village', 'residents')),
  day text not null,               -- of the election
  state text not null check (state in ('preparing', 'published', 'final', 'cancelled')),
  people bigint not null,          -- looked at when the list was last drawn
  listed bigint not null,          -- of them on the list
  digest text not null,            -- SHA-256 of who is on it, and why
  drawn_at bigint not null,
  published_on text not null,
  objections_by text not null,     -- the last day for objections (art 17)
  final_on text not null,
  reason text not null,            -- of a cancellation
  opened_by text not null,         -- account id
  opened_at bigint not null,
  version bigint not null
);
create unique index election_round_path_uq on election (round, path) where state <> 'cancelled';
create index election_path_ix on election (path, id);

-- Everybody a list was drawn from, with the reason.
create table elector (
  election_id text not null references election (id),
  person_id text not null,
  round text not null,
  household_id text not null,
  name text not null,              -- as drawn
  group_no text not null,
  since text not null,             -- lives there without a break since
  full_on text not null,           -- a year of it is full
  work text not null,              -- village or community work, in words
  declared text not null check (declared in ('', 'yes', 'no')),
  declared_on text not null,
  declared_how text not null,
  consent text not null check (consent in ('', 'yes', 'no')),
  consent_on text not null,
  meeting text not null,           -- which, with its votes and document
  barred text not null,            -- the court's document
  decided text not null check (decided in ('', 'yes', 'no')), -- after an objection
  listed bigint not null,
  why text not null,
  primary key (election_id, person_id)
);
-- Nobody is on two lists of one round (村民委员会组织法 16).
create unique index elector_round_person_id_uq on elector (round, person_id) where listed = 1;
create index elector_page_ix on elector (election_id, group_no, name, person_id);
create index elector_why_ix on elector (election_id, why);

create table election_objection (
  id text primary key,
  election_id text not null references election (id),
  person_id text not null,         -- about whom; '' for somebody the list does not know
  about text not null,             -- their name
  by_name text not null,           -- who objects
  text text not null,
  made_on text not null,
  decide_by text not null,         -- the last day for a decision (art 17)
  decision text not null check (decision in ('', 'add', 'remove', 'reject')),
  answer text not null,
  decided_on text not null,
  decided_by text not null,        -- account id
  decided_name text not null
);
create index election_objection_ix on election_objection (election_id, id);
