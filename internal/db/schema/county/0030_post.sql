-- +goose Up
-- A post is held whole, as its deputy, or in the place of somebody on leave.
alter table post add column held_as text not null default '' check (held_as in ('', 'deputy', 'stand_in')); -- '': held whole
alter table post add column stands_for text not null default ''; -- account on leave, of a stand-in

-- Days on which somebody is away. Why is kept nowhere.
create table post_leave (
  id text primary key,
  account_id text not null references account (id),
  valid_from text not null,
  valid_to text not null,
  recorded_at bigint not null,
  superseded_at bigint not null
);
create index post_leave_account_ix on post_leave (account_id, valid_to) where superseded_at = 0;
create index post_leave_days_ix on post_leave (valid_to, valid_from) where superseded_at = 0;

-- A grid lies in one village: its number says in which.
alter table grid add column official_code text not null default '' check (length(code) = 15 and substr(code, 1, 12) = village and substr(code, 13) <> '000' and ltrim(code, '0123456789') = ''); -- the number that a higher office has given, where there is one

-- A post of the network that nobody holds, and the level that was told: once
-- for as long as it lasts.
create table vacancy (
  id text primary key,
  kind text not null,              -- of the post
  level bigint not null,
  path text not null,
  found_on text not null,          -- civil date on which it was noticed
  told bigint not null,            -- the level that answers meanwhile; 0: nobody does
  told_at bigint not null,
  noted_by text not null default '', -- account
  noted_name text not null default '',
  noted_at bigint not null default 0,
  ended_on text not null default '', -- '' while it lasts
  version bigint not null
);
create unique index vacancy_kind_path_uq on vacancy (kind, path) where ended_on = '';
create index vacancy_path_ix on vacancy (path, id);

-- What somebody leaves who gives up a post, part by part, and who takes it.
create table handover (
  id text primary key,
  post_id text not null,           -- the post as it was held
  account_id text not null,
  name text not null,
  kind text not null,
  path text not null,
  office text not null,
  ends_on text not null,           -- first civil date without the post
  offered_by text not null,        -- account
  offered_name text not null,
  offered_at bigint not null,
  done_at bigint not null default 0, -- every part is taken over
  version bigint not null
);
create index handover_path_ix on handover (path, id);
create index handover_open_ix on handover (path, id) where done_at = 0;
create table handover_part (
  handover_id text not null references handover (id),
  part text not null check (part in ('matters', 'orders', 'visits', 'mediations', 'inbox', 'reports', 'requests', 'imports', 'pairs')),
  items bigint not null,
  to_account text not null,
  to_name text not null,
  to_office text not null,
  taken_at bigint not null default 0,
  primary key (handover_id, part)
);
create index handover_part_to_account_ix on handover_part (to_account) where taken_at = 0;
create table handover_item (
  handover_id text not null references handover (id),
  part text not null,
  subject text not null,           -- noun/id
  primary key (handover_id, part, subject)
);

-- What a department may place on a grid (多网合一): rows by which the county
-- says so, the latest approved one of a code from its day on.
create table grid_duty (
  id text primary key,
  duty text not null,              -- short name, once given for good
  name text not null,
  department text not null,        -- kind of post
  document text not null,          -- source: number and title
  ended bigint not null default 0, -- 1: nothing new is placed under it
  valid_from text not null,        -- civil date
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by text not null,       -- account
  proposed_name text not null,
  proposed_at bigint not null,
  decided_by text not null default '',
  decided_name text not null default '',
  decided_at bigint not null default 0,
  answer text not null default '',
  version bigint not null,
  check (state <> 'approved' or decided_by <> proposed_by)
);
create unique index grid_duty_duty_uq on grid_duty (duty) where state = 'proposed';
create index grid_duty_from_ix on grid_duty (duty, valid_from);
create table grid_duty_placed (
  id text primary key,
  duty text not null,              -- of grid_duty
  path text not null,              -- of the grid, the village or the town it is placed on
  what text not null,              -- what is to be done, in words
  valid_from text not null,
  valid_to text not null,
  placed_by text not null,         -- account
  placed_name text not null,
  office text not null,
  placed_at bigint not null,
  version bigint not null
);
create index grid_duty_placed_path_ix on grid_duty_placed (path, duty);

-- Mass organisations of a community (群团组织).
create table mass_organisation (
  id text primary key,
  village text not null,
  kind text not null check (kind in ('women', 'youth', 'union', 'seniors', 'disabled', 'red_cross', 'science', 'other')),
  name text not null,
  leader text not null default '',
  founded_on text not null,
  document text not null default '',
  ended_on text not null default '',
  recorded_by text not null,       -- account
  recorded_at bigint not null,
  version bigint not null
);
create index mass_organisation_village_ix on mass_organisation (village, id);

-- The party-building line: branches, the members who pair with a household
-- that wishes it, and the four bodies that take part in a matter or a grid.
create table party_branch (
  id text primary key,
  name text not null,
  form text not null check (form in ('alone', 'joint', 'attached')),
  path text not null,              -- its grid or its village
  attached_to text not null default '', -- of an attached one: the branch
  secretary text not null default '', -- account
  founded_on text not null,
  document text not null default '',
  ended_on text not null default '',
  version bigint not null
);
create index party_branch_path_ix on party_branch (path, id);
create table party_branch_place (  -- of a joint branch: every grid and village it is of
  branch_id text not null references party_branch (id),
  path text not null,
  primary key (branch_id, path)
);
create table party_pair (
  id text primary key,
  branch_id text not null references party_branch (id),
  account_id text not null references account (id), -- the member
  household_id text not null,
  agreed_on text not null,         -- the household has said yes
  begun_on text not null,
  ended_on text not null default '',
  ended_why text not null default '' check (ended_why in ('', 'household', 'member', 'moved')),
  recorded_by text not null,       -- account
  recorded_at bigint not null,
  version bigint not null
);
create unique index party_pair_account_id_household_id_uq on party_pair (account_id, household_id) where ended_on = '';
create index party_pair_household_ix on party_pair (household_id) where ended_on = '';
create table participant (
  id text primary key,
  subject text not null,           -- matter/<id>, grid/<code>
  path text not null,              -- where the subject lies
  body text not null check (body in ('town_committee', 'branch', 'member', 'resident')),
  account_id text not null default '', -- '' of a resident, who has none
  name text not null,
  part text not null,              -- what is asked of them
  named_by text not null,          -- account
  named_name text not null,
  named_at bigint not null,
  answer text not null default '', -- what they did
  answered_at bigint not null default 0,
  ended_at bigint not null default 0,
  version bigint not null
);
create index participant_subject_ix on participant (subject, id);
create index participant_account_ix on participant (account_id, id) where account_id <> '' and ended_at = 0;

-- What is with nobody, as the nights have found it.
create table hole (
  id text primary key,
  what text not null check (what in ('level', 'household', 'category', 'route', 'centre', 'duty')),
  path text not null,
  level bigint not null,
  name text not null,
  found_on text not null,          -- civil date
  ended_on text not null default ''
);
create unique index hole_what_path_level_name_uq on hole (what, path, level, name) where ended_on = '';
