-- +goose Up
-- What one office knows and another must decide: asked with evidence,
-- approved or refused with a reason.
create table change_request (
  id text primary key,
  number text not null,            -- 白变申〔2026〕00001号
  kind text not null check (kind in ('name', 'sex', 'birth', 'ethnicity', 'number', 'address', 'ended')),
  person_id text not null,
  household_id text not null,      -- where the person is registered
  path text not null,              -- of that registration: who decides
  was text not null,               -- what the register said when it was asked; a number masked
  want text not null,              -- what it should say; '' of a number, which is sealed
  want_sealed bytea,
  ends_on text not null,           -- of an ended registration: the first day without it
  evidence text not null,          -- which document proves it, and where it lies
  state text not null check (state in ('asked', 'approved', 'refused', 'withdrawn')),
  asked_by text not null,          -- account id
  asked_name text not null,
  asked_office text not null,
  asked_at bigint not null,
  answer text not null,            -- why it was refused
  decided_by text not null,
  decided_name text not null,
  decided_at bigint not null,
  seen_at bigint not null,         -- when who asked took note of the answer
  version bigint not null,
  check (decided_by = '' or decided_by <> asked_by)
);
create unique index change_request_number_uq on change_request (number);
-- one question about one fact at a time
create unique index change_request_person_id_kind_uq on change_request (person_id, kind) where state = 'asked';
create index change_request_state_path_ix on change_request (state, path, id);
create index change_request_asked_by_ix on change_request (asked_by, id);
create index change_request_household_ix on change_request (household_id, id);

-- What became of an old house when its household moved (搬新拆旧).
alter table house add column disposal text not null default ''; -- '', to_clear, cleared, reclaimed, kept
alter table house add column disposed_on text not null default '';
alter table house add column disposal_document text not null default ''; -- the agreement with the household

-- Organisations (实有单位): what is public of them, and where they are.
create table organisation (
  id text primary key,
  uscc text not null,              -- GB 32100
  name text not null,
  village text not null,           -- 12 digits, where it is
  address_id text not null references address (id),
  valid_from text not null,
  valid_to text not null,
  source text not null,
  version bigint not null
);
create unique index organisation_uscc_uq on organisation (uscc);
create index organisation_village_ix on organisation (village, id);
create index organisation_address_ix on organisation (address_id);

-- The baseline round (摸清底数): police, village and community each sign off
-- each household. Who has not, and why, is the list that is worked off.
create table baseline_round (
  id text primary key,
  name text not null,
  path text not null,              -- the division whose registered households it is about
  opens_on text not null,
  closes_on text not null,         -- the last day
  opened_by text not null,
  opened_name text not null,
  opened_at bigint not null,
  version bigint not null
);
create table baseline_word (
  id text primary key,
  round_id text not null references baseline_round (id),
  household_id text not null,
  side text not null check (side in ('police', 'village', 'community')),
  verdict text not null check (verdict in ('signed', 'disputed')),
  reason text not null,            -- of a dispute: what is wrong
  account text not null,
  name text not null,
  office text not null,
  at bigint not null,
  version bigint not null
);
create unique index baseline_word_round_household_side_uq on baseline_word (round_id, household_id, side);
create index baseline_word_household_ix on baseline_word (household_id);
