-- +goose Up
-- The decision table of the tracks: data with dates, never code.
create table track_rule (
  id text primary key,
  move_case text not null,         -- same_village, other_village, other_town, out_of_county, registration_moved
  track text not null,             -- address_change, booklet, none, cancel
  text text not null,              -- the rule as it is shown
  basis text not null,
  enabled bigint not null,
  valid_from text not null,
  valid_to text not null
);

create table move (
  id text primary key,
  number text not null,            -- of the receipt
  household_id text not null,
  programme text not null,
  moved_on text not null,
  from_path text not null,
  to_path text not null,
  from_address text not null,
  to_address text not null,
  house_id text not null default '',
  site_id text not null default '',
  move_case text not null,
  track text not null,
  rule_id text not null,
  rule_text text not null,         -- as it was when the case was decided
  offered_on text not null default '',  -- the voluntary-transfer question
  answer text not null default '', -- will_transfer, stays, later
  persons text not null,           -- JSON list of person ids
  recorded_by text not null,
  recorded_at bigint not null,
  source text not null,
  version bigint not null
);
create unique index move_number_uq on move (number);
create index move_household_ix on move (household_id, moved_on);
create index move_to_ix on move (to_path, moved_on);

-- Which office owes which right, at which of the two places.
create table right_route (
  kind text not null,              -- farmland, forest, homestead, collective_income, other_policy | medical, serious_illness, pension, subsistence, destitute, temporary_aid
  side text not null check (side in ('origin', 'living')),
  unit text not null,              -- {town} and {village} are filled in
  phone text not null,
  note text not null,
  basis text not null,
  valid_from text not null,
  valid_to text not null,
  primary key (kind, side, valid_from)
);

create table entitlement (
  id text primary key,
  household_id text not null,
  kind text not null,
  side text not null check (side in ('origin', 'living')),
  path text not null,              -- the village that owes it
  evidence text not null,          -- contract or certificate number
  amount text not null default '', -- in words: 承包地 3.2 亩
  state text not null,             -- valid, changed, given_up, lost
  valid_from text not null,
  valid_to text not null,
  recorded_at bigint not null,
  superseded_at bigint not null,
  source text not null
);
create index entitlement_household_ix on entitlement (household_id) where superseded_at = 0;

create table booklet (
  id text primary key,
  number text not null,            -- '' until approved
  household_id text not null,
  move_id text not null,
  path text not null,              -- where the household lives: village + grid
  origin_path text not null,
  sealed_to text not null default '',
  head_name text not null,
  state text not null check (state in ('applied', 'returned', 'approved', 'made', 'issued', 'cancelled')),
  reason text not null default '', -- of a return
  applied_by text not null,
  applied_name text not null,
  applied_at bigint not null,
  approved_by text not null default '',
  approved_name text not null default '',
  approved_at bigint not null default 0,
  made_at bigint not null default 0,
  issued_at bigint not null default 0,
  received_by text not null default '',
  version bigint not null,
  check (approved_by = '' or approved_by <> applied_by)
);
create unique index booklet_number_uq on booklet (number) where number <> '';
-- a household at an address holds at most one live booklet
create unique index booklet_household_id_uq on booklet (household_id) where state in ('applied', 'returned', 'approved', 'made', 'issued');
create index booklet_state_path_ix on booklet (state, path, id);
create index booklet_origin_ix on booklet (state, origin_path, id);

-- Every version of what a booklet said, frozen.
create table booklet_version (
  booklet_id text not null references booklet (id),
  n bigint not null,
  content_sealed bytea not null,   -- encrypted JSON of what is printed
  hash text not null,
  made_by text not null,
  made_at bigint not null,
  primary key (booklet_id, n)
);
