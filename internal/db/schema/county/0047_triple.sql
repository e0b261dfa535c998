-- +goose Up
-- Which of a household's three grids answers for a matter or a duty, and which
-- of the others see it: the county's rows, over those that come with the program.
create table grid_route (
  id text primary key,
  subject text not null,           -- matter/ and a category, duty/ and a duty; with nothing after it, all others
  answers text not null check (answers in ('registered', 'living', 'working', 'place')),
  sees text not null,              -- the other relations that see it, comma-separated
  basis text not null,             -- why this grid, in words
  ended bigint not null,           -- 1: the row above it counts again
  valid_from text not null,        -- civil date
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by text not null,       -- account
  proposed_name text not null,
  proposed_at bigint not null,
  decided_by text not null,
  decided_name text not null,
  decided_at bigint not null,
  answer text not null,
  version bigint not null,
  check (state <> 'approved' or decided_by <> proposed_by)
);
create unique index grid_route_subject_uq on grid_route (subject) where state = 'proposed';
create index grid_route_from_ix on grid_route (subject, valid_from);

-- The grids of its household that a matter concerns, as the table said when it
-- was reported: the one that answers, and those that see it.
create table matter_grid (
  matter_id text not null,
  relation text not null check (relation in ('registered', 'living', 'working')),
  path text not null,              -- grid code
  answers bigint not null,         -- 1: the matter lies there; 0: this grid sees it
  subject text not null,           -- of the row that said so
  basis text not null,             -- its reason
  instead text not null,           -- '', or why it is not the grid that the row names
  primary key (matter_id, relation)
);
create index matter_grid_path_ix on matter_grid (path, matter_id) where answers = 0;

-- Why the grid that answers for a household is not the one it lives in.
alter table tie add column main_reason text not null default '';
