-- +goose Up
-- 后备干部: a file of what somebody has done whom a community proposes for the
-- reserve, with their own word. No mark, no order, no count of anybody's work.
create table reserve_file (
  id text primary key,
  path text not null,              -- the village or community that proposes
  account_id text not null,        -- who; an account, so that they read it themselves
  name text not null,              -- at that moment
  met_on text not null,            -- civil date of the meeting that proposed
  document text not null,          -- its record
  state text not null check (state in ('asked', 'kept', 'declined', 'ended')),
  proposed_by text not null,       -- account
  proposed_name text not null,
  proposed_at bigint not null,
  answered_on text not null default '', -- civil date on which the person said yes or no
  own_view text not null default '',    -- what the person says of it
  own_view_at bigint not null default 0,
  ended_on text not null default '',
  ended_name text not null default '',
  ended_why text not null default '',
  version bigint not null,
  check (account_id <> proposed_by)
);
create unique index reserve_file_account_id_uq on reserve_file (account_id) where state in ('asked', 'kept');
create index reserve_file_path_ix on reserve_file (path, id);
create table reserve_deed (
  id text primary key,
  file_id text not null references reserve_file (id),
  done_on text not null,           -- civil date
  words text not null,             -- what was done
  evidence text not null,          -- by which it can be seen
  noted_name text not null,
  noted_at bigint not null,
  wish text not null default '',   -- what the person wants corrected; '' of nothing
  wished_at bigint not null default 0,
  was text not null default '',    -- the words before a correction
  answer text not null default '', -- to the wish
  answered_name text not null default '',
  answered_at bigint not null default 0,
  version bigint not null
);
create index reserve_deed_file_ix on reserve_deed (file_id, done_on, id);
