-- +goose Up
-- The whole life of a matter: who it is for and whom it names, to whom it was
-- handed, what it was merged into, whether its reporter was told and content.
-- The states are the table of internal/matter/edges.go.
create table matter_next (
  id text primary key,
  number text not null,
  category text not null,          -- root of the tree
  kind text not null default '',   -- leaf of the tree, if one was chosen
  days bigint not null default 7,  -- natural days each level has, as it was when it was reported
  text text not null,
  path text not null,              -- the grid it happened in
  place text not null default '',
  household_id text not null default '',
  reporter text not null,          -- account that reported it, or took the report down
  reporter_name text not null,
  via text not null default 'self', -- self, counter, phone, paper
  said_on text not null default '', -- civil date on which it was said or written
  contact_id text not null default '', -- for whom it was reported, if for somebody else
  anonymous bigint not null default 0, -- 1: nobody is shown who reported it
  private bigint not null default 0,   -- 1: seen by those whose duty it is
  names bigint not null default 0,     -- 1: it names officials; see matter_named
  reported_at bigint not null,
  state text not null check (state in ('reported', 'accepted', 'dispatched', 'transferred', 'returned', 'suspended', 'merged',
    'handled', 'told', 'checked', 'reopened', 'closed', 'rated', 'withdrawn')),
  level bigint not null,           -- whose hands it is in, 2 to 5
  duty bigint not null default 0,  -- the level whose clock has run longest
  level_since bigint not null,
  unit text not null default '',   -- kind of the department it has been handed to
  promised_on text not null default '',
  resume_on text not null default '',
  into_number text not null default '', -- the matter it has been merged into
  split_from text not null default '',  -- the matter it was a part of
  result text not null default '',
  handled_by text not null default '',  -- account
  word_by bigint not null default 0,    -- until when the reporter may object; 0: not told
  solved bigint not null default 0,     -- 1: confirmed, or the time for it has passed
  rating bigint not null default 0,     -- 1 not content, 2 nearly, 3 content
  closed_at bigint not null default 0,
  closed_level bigint not null default 0,
  version bigint not null
);
insert into matter_next (id, number, category, text, path, place, household_id, reporter, reporter_name, reported_at, state, level, duty, level_since,
    result, solved, closed_at, closed_level, version)
  select id, number, category, text, path, place, household_id, reporter, reporter_name, reported_at, state, level, level, level_since,
    result, solved, closed_at, closed_level, version from matter;
drop table matter;
alter table matter_next rename to matter;
create unique index matter_number_uq on matter (number);
create index matter_open_ix on matter (level, path, level_since) where closed_at = 0;
create index matter_path_ix on matter (path, id);
create index matter_reporter_ix on matter (reporter, id);
create index matter_household_ix on matter (household_id) where household_id <> '' and closed_at = 0;
create index matter_similar_ix on matter (path, category, id) where closed_at = 0;
create index matter_into_ix on matter (into_number) where into_number <> '';
create index matter_unit_ix on matter (unit, path, level_since) where unit <> '';
create index matter_word_ix on matter (word_by) where word_by > 0 and solved = 0;

-- Who was waiting for a word gets the time that the rule gives, from the result on.
update matter set word_by = level_since + 604800000 where state = 'handled';
update matter set (word_by, handled_by) = (select e.at + 604800000, e.account from matter_event e where e.matter_id = matter.id and e.act = 'handle' order by e.n desc limit 1)
  where state = 'handled' and exists (select 1 from matter_event e where e.matter_id = matter.id and e.act = 'handle');

alter table matter_event add column about text not null default ''; -- what the act names: a number, a day, a department

-- For whom a matter was reported.
create table matter_contact (
  id text primary key,
  name text not null,
  phone_sealed bytea
);

-- Officials whom a matter names. It does not exist for them.
create table matter_named (
  matter_id text not null,
  account_id text not null,
  name text not null,              -- as it was then
  primary key (matter_id, account_id)
);
create index matter_named_account_ix on matter_named (account_id);

create table matter_photo (
  id text primary key,
  matter_id text not null,
  blob text not null,              -- re-encoded: no place, no time, no camera in it
  bytes bigint not null,
  width bigint not null,
  height bigint not null,
  redacts text not null default '', -- the photo of which this is a copy with parts made unreadable
  added_by text not null,          -- account
  added_name text not null,
  added_at bigint not null
);
create index matter_photo_matter_ix on matter_photo (matter_id, id);

-- Rows by which the county changes the tree of categories that comes with the
-- program: the latest approved one of a code, from its day on.
create table matter_category (
  id text primary key,
  code text not null,
  parent text not null,            -- '' for a root
  name text not null,
  days bigint not null check (days between 1 and 7),
  basis text not null,
  needs text not null default '',  -- place, photo, household: comma-separated
  level bigint not null default 2, -- the lowest level that takes it
  unit text not null default '',   -- the department that is usually asked
  private bigint not null default 0,
  ended bigint not null default 0, -- 1: nothing new is reported under it
  valid_from text not null,        -- civil date
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by text not null,
  proposed_name text not null,
  proposed_at bigint not null,
  decided_by text not null default '',
  decided_name text not null default '',
  decided_at bigint not null default 0,
  answer text not null default '',
  version bigint not null,
  check (state <> 'approved' or decided_by <> proposed_by)
);
create unique index matter_category_code_uq on matter_category (code) where state = 'proposed';
create index matter_category_from_ix on matter_category (code, valid_from);
