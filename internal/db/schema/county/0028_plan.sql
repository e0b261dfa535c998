-- +goose Up
-- A plan to divide a village or community into grids anew: drawn up, looked at
-- and changed as a draft, approved by a second person, carried out on its day.
create table grid_plan (
  id text primary key,
  number text not null,            -- 白网划〔2026〕001号
  village text not null,           -- 12 digits
  state text not null check (state in ('draft', 'submitted', 'approved', 'applied', 'withdrawn')),
  read_on text not null,           -- the day whose households it was drawn up from
  unplaced bigint not null,        -- households without coordinates then
  effective_on text not null,      -- first day of the new grids; '' of a draft
  document text not null,          -- on which they are made
  made_by text not null,
  made_name text not null,
  made_at bigint not null,
  submitted_by text not null,
  submitted_name text not null,
  submitted_at bigint not null,
  decided_by text not null,
  decided_name text not null,
  decided_at bigint not null,
  answer text not null,            -- why it was returned, or undone
  waits text not null,             -- why it was not carried out on its day: JSON
  applied_at bigint not null,
  version bigint not null,
  check (decided_by = '' or decided_by <> submitted_by)
);
create unique index grid_plan_number_uq on grid_plan (number);
create unique index grid_plan_village_uq on grid_plan (village) where state = 'approved';
create index grid_plan_village_ix on grid_plan (village, id);

-- The grids of a plan. What stays empty is worked out as long as it is a draft.
create table grid_plan_grid (
  plan_id text not null references grid_plan (id),
  n bigint not null,               -- 1, 2, …
  code text not null,              -- the grid it is, once decided
  kept bigint not null,            -- 1: a grid that was there before
  name text not null,
  leader text not null,            -- account that is appointed to a new one
  worker text not null,
  primary key (plan_id, n)
);

-- Every household of the village on the day it was drawn up, where its house is
-- and which grid it was in, is proposed for, and is to be in.
create table grid_plan_home (
  plan_id text not null references grid_plan (id),
  household_id text not null,
  unit text not null,              -- building or homestead
  label text not null,
  part text not null,              -- natural group, or resettlement site
  x double precision not null,     -- metres east and north of the middle of the village
  y double precision not null,
  was_grid text not null,
  proposed bigint not null,
  n bigint not null,
  by_hand bigint not null,         -- 1: a person put it there
  primary key (plan_id, household_id)
);

-- The natural groups that the proposal lays into several grids, and why.
create table grid_plan_cut (
  plan_id text not null references grid_plan (id),
  part text not null,
  households bigint not null,
  grids bigint not null,
  why text not null check (why in ('large', 'size', 'even')),
  cost double precision not null,  -- of keeping it whole: households outside the size, or the standard deviation
  primary key (plan_id, part)
);

-- What a person has fixed: two units share a grid, whatever is proposed.
create table grid_plan_wish (
  plan_id text not null references grid_plan (id),
  no bigint not null,
  unit text not null,              -- building, homestead, or 'h:' and a household
  other text not null,
  label text not null,             -- as it was said
  account text not null,
  name text not null,
  at bigint not null,
  primary key (plan_id, no)
);

-- What goes over from the people of one grid to those of another with a plan.
create table grid_plan_hand_over (
  plan_id text not null references grid_plan (id),
  no bigint not null,
  from_grid text not null,
  to_grid text not null,
  from_name text not null,
  to_name text not null,
  households bigint not null,
  matters bigint not null,         -- open ones
  visits bigint not null,          -- households that have not been seen in 90 days
  taken_by text not null,
  taken_name text not null,
  taken_at bigint not null,
  primary key (plan_id, no)
);
create index grid_plan_hand_over_to_ix on grid_plan_hand_over (to_grid) where taken_at = 0;

-- Addresses whose grid is not that of their group: where a group lies in
-- several grids.
create table grid_door (
  address_id text primary key,
  village text not null,
  grid text not null
);
create index grid_door_village_ix on grid_door (village);
