-- +goose Up
-- Who wrote an address down, and what was decided about it. A refused one stays
-- pending, with the reason.
alter table address add column entered_by text not null default ''; -- account id; '' from a register
alter table address add column refusal text not null default ''; -- why it is not accepted as a standard address
alter table address add column decided_by text not null default ''; -- account id
alter table address add column decided_name text not null default ''; -- as named at that moment
alter table address add column decided_at bigint not null default 0;
create index address_state_village_ix on address (state, village, id);

-- Why somebody's place is protected, since when, and who let it go (反家庭暴力法
-- 29, 30; 刑事诉讼法 64). That it is protected is said by the spell itself.
create table protection (
  id text primary key,
  person_id text not null,
  sealed_to text not null,         -- the police unit that may know
  ground text not null check (ground in ('', 'court_order', 'witness', 'police')), -- '' from before grounds were kept
  document text not null,          -- which paper says so
  review_on text not null,         -- when it is to be looked at again; it never ends by itself
  kept_by text not null,           -- account id
  kept_name text not null,
  kept_at bigint not null,
  state text not null check (state in ('kept', 'lifting', 'lifted')),
  lift_reason text not null,
  asked_by text not null,          -- who asked to lift it
  asked_name text not null,
  asked_at bigint not null,
  decided_by text not null,        -- another account of the unit
  decided_name text not null,
  decided_at bigint not null,
  version bigint not null,
  check (state <> 'lifted' or decided_by <> asked_by)
);
create unique index protection_person_uq on protection (person_id) where state <> 'lifted';
create index protection_sealed_to_ix on protection (sealed_to, state, id);
