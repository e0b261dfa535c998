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
