-- +goose Up
-- Limits as dated data, calendars as the notices have them, clocks that can be
-- paused, and orders that are signed, sent back, reminded of and received.
alter table clock add column limit_at bigint not null default 0;   -- when the limit itself passes
alter table clock add column latest_at bigint not null default 0;  -- never later than this; 0: nothing says so
alter table clock add column amount bigint not null default 7;
alter table clock add column unit text not null default 'exact_day';
alter table clock add column rolls bigint not null default 0;      -- 1: a last day that is off moves to the next working day
alter table clock add column pause_most bigint not null default 0; -- days for which it can be paused in all
alter table clock add column extended bigint not null default 0;   -- by how much amount has been extended
update clock set limit_at = due_at - step * 604800000;
create index clock_counted_ix on clock (limit_at) where stopped_at = 0 and unit <> 'exact_day';

create table clock_pause (
  clock_id text not null references clock (id),
  from_on text not null,           -- civil date, the first day that does not count
  to_on text not null default '',  -- the first day that counts again; '' while it is paused
  paused_by text not null,         -- account
  primary key (clock_id, from_on)
);

-- Rows by which the county changes a limit that comes with the program: the
-- latest approved one of a kind, from its day on.
create table term (
  id text primary key,
  kind text not null,
  amount bigint not null,
  unit text not null check (unit in ('exact_day', 'day', 'working_day', 'month', 'year', 'hour')),
  pause_most bigint not null,
  basis text not null,
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
create unique index term_kind_uq on term (kind) where state = 'proposed';
create index term_from_ix on term (kind, valid_from) where state = 'approved';

-- Days of the yearly notices that came after this program was built, and of
-- years that were announced anew. A year that is here is here as a whole.
create table holiday (
  day text primary key,            -- civil date
  name text not null,
  works bigint not null,           -- 1: a day of a weekend that is worked
  statutory bigint not null,
  source text not null,            -- address or number of the notice
  imported_by text not null,       -- account
  imported_at bigint not null
);

-- Centres to which a warning went: the town's and the county's, each once.
create table warning_receipt (
  warning_id text not null references warning (id),
  path text not null,              -- the centre's area
  received_by text not null default '', -- account
  received_name text not null default '',
  received_at bigint not null default 0,
  primary key (warning_id, path)
);
create index warning_receipt_open_ix on warning_receipt (path, warning_id) where received_at = 0;

alter table supervision add column signed_at bigint not null default 0;   -- when it went out; 0: waits for an officer's signature
alter table supervision add column signed_by text not null default '';    -- name of the officer; '' if nobody had to sign
alter table supervision add column returns bigint not null default 0;     -- how often an answer has been sent back
alter table supervision add column returned_why text not null default ''; -- why the last one did not suffice
alter table supervision add column reminded bigint not null default 0;    -- how often the answer has been asked for again
update supervision set signed_at = issued_at;
create index supervision_unsigned_ix on supervision (path, id) where signed_at = 0;
insert into warning_receipt (warning_id, path) select id, substr(path, 1, 6) from warning;
insert into warning_receipt (warning_id, path) select id, substr(path, 1, 9) from warning where length(path) >= 9;
