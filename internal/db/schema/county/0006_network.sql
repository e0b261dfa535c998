-- +goose Up
create table grid (
  code text primary key,           -- 12-digit village + 3-digit serial
  village text not null,
  name text not null,
  covers text not null,            -- in words
  valid_from text not null,
  valid_to text not null,
  version bigint not null
);
create index grid_village_ix on grid (village, code);

-- What a grid is made of: groups, or buildings of a site.
create table grid_part (
  grid text not null,
  village text not null,
  group_no text not null,
  building text not null,          -- '' is the whole group
  primary key (village, group_no, building)
);

-- The three grids of a household: where it is registered, lives, works.
create table tie (
  household_id text not null,
  relation text not null check (relation in ('registered', 'living', 'working')),
  path text not null,              -- grid code
  main bigint not null,            -- 1: the grid that answers for it
  valid_from text not null,
  valid_to text not null,
  recorded_at bigint not null,
  superseded_at bigint not null,
  sealed_to text not null default '',
  primary key (household_id, relation, valid_from, recorded_at)
);
create index tie_path_ix on tie (relation, path, household_id) where superseded_at = 0 and valid_to = '9999-12-31';

create table visit (
  id text primary key,
  household_id text not null,
  path text not null,
  account text not null,
  name text not null,
  visited_at bigint not null,
  outcome text not null,           -- well, needs_help, nobody_home
  note text not null default '',
  recorded_at bigint not null
);
create index visit_household_ix on visit (household_id, visited_at);
create index visit_path_ix on visit (path, visited_at);

create table matter (
  id text primary key,
  number text not null,
  category text not null,
  text text not null,
  path text not null,              -- the grid it happened in
  place text not null default '',
  household_id text not null default '',
  reporter text not null,          -- account id
  reporter_name text not null,
  reported_at bigint not null,
  state text not null check (state in ('reported', 'accepted', 'returned', 'handled', 'reopened', 'closed')),
  level bigint not null,           -- whose hands it is in, 2 to 5 (1: back with the reporter)
  level_since bigint not null,
  result text not null default '',
  solved bigint not null default 0,-- 1: the reporter has confirmed
  closed_at bigint not null default 0,
  closed_level bigint not null default 0,
  version bigint not null
);
create unique index matter_number_uq on matter (number);
create index matter_open_ix on matter (level, path, level_since) where state <> 'closed';
create index matter_path_ix on matter (path, id);
create index matter_reporter_ix on matter (reporter, id);
create index matter_household_ix on matter (household_id) where household_id <> '' and state <> 'closed';

-- The timeline: only ever appended to.
create table matter_event (
  matter_id text not null,
  n bigint not null,
  act text not null,
  account text not null,
  name text not null,
  kind text not null,
  level bigint not null,           -- whose hands it is in after the act
  text text not null,
  at bigint not null,
  primary key (matter_id, n)
);

-- Legal clocks: data; a job or a sweep is only the alarm.
create table clock (
  id text primary key,
  subject text not null,           -- matter/<id>
  kind text not null,              -- seven_day
  path text not null,
  level bigint not null,           -- whose clock it is
  started_at bigint not null,
  step bigint not null,            -- warnings given so far
  due_at bigint not null,          -- when the next warning is due
  notice_at bigint not null,       -- when to say beforehand; 0 once said
  stopped_at bigint not null
);
create index clock_due_ix on clock (due_at) where stopped_at = 0;
create index clock_notice_ix on clock (notice_at) where stopped_at = 0 and notice_at > 0;
create index clock_subject_ix on clock (subject, kind);

create table warning (
  id text primary key,
  clock_id text not null references clock (id),
  step bigint not null,
  subject text not null,
  path text not null,
  level bigint not null,           -- who let it lie
  told bigint not null,            -- the level that is told
  due_at bigint not null,          -- the limit that passed
  at bigint not null               -- when the warning was stored
);
create unique index warning_clock_id_step_uq on warning (clock_id, step);
create index warning_path_ix on warning (path, id);
create index warning_subject_ix on warning (subject);

create table supervision (
  id text primary key,
  number text not null,            -- 白综督〔2026〕12号
  matter_id text not null,
  warning_id text not null,
  path text not null,
  level bigint not null,
  issuer text not null,            -- the centre in whose name it goes out
  issued_at bigint not null,
  answer_due text not null,        -- civil date
  answer text not null default '',
  answered_by text not null default '',
  answered_at bigint not null default 0,
  closed_at bigint not null default 0,
  version bigint not null
);
create unique index supervision_number_uq on supervision (number);
create unique index supervision_warning_id_uq on supervision (warning_id);
create index supervision_matter_ix on supervision (matter_id);
create index supervision_open_ix on supervision (path, id) where closed_at = 0;
