-- +goose Up
-- The whole life of a booklet: verified, renewed, lost; what became of every
-- version; when it must be looked at again.
create table booklet_next (
  id text primary key,
  number text not null,            -- '' until approved
  household_id text not null,
  move_id text not null,
  path text not null,              -- where the household lives: village + grid
  origin_path text not null,
  sealed_to text not null default '',
  head_name text not null,
  state text not null check (state in ('applied', 'returned', 'verified', 'approved', 'made', 'issued', 'renewed', 'lost', 'cancelled')),
  reason text not null default '', -- of a return, a replacement or the end
  ended_why text not null default '', -- registration_moved, moved_away, given_back, nobody_left, mistake
  applied_by text not null,
  applied_name text not null,
  applied_at bigint not null,
  verified_by text not null default '',
  verified_name text not null default '',
  verified_at bigint not null default 0,
  approved_by text not null default '',
  approved_name text not null default '',
  approved_at bigint not null default 0,
  made_at bigint not null default 0,
  issued_at bigint not null default 0,
  received_by text not null default '',
  checked_at bigint not null default 0, -- the last annual check
  check_due bigint not null default 0,  -- when the next one is due; 0 before it is issued
  lost_at bigint not null default 0,
  stale_at bigint not null default 0,   -- when it was found to say something else than is so
  ended_at bigint not null default 0,
  version bigint not null,
  check (approved_by = '' or approved_by <> applied_by)
);
insert into booklet_next (id, number, household_id, move_id, path, origin_path, sealed_to, head_name, state, reason, applied_by, applied_name, applied_at,
    approved_by, approved_name, approved_at, made_at, issued_at, received_by, check_due, version)
  select id, number, household_id, move_id, path, origin_path, sealed_to, head_name, state, reason, applied_by, applied_name, applied_at,
    approved_by, approved_name, approved_at, made_at, issued_at, received_by, case when issued_at > 0 then issued_at + 31536000000 else 0 end, version from booklet;

create table booklet_version_next (
  booklet_id text not null references booklet_next (id),
  n bigint not null,
  content_sealed bytea not null,   -- encrypted JSON of what is printed
  hash text not null,
  made_why text not null default 'first', -- first, again, changed, damaged, lost
  made_by text not null,
  made_at bigint not null,
  issued_at bigint not null default 0,     -- when the household took it home
  superseded_at bigint not null default 0, -- from when another version stands in its place
  printed bigint not null default 0,       -- how often it was given to a printer
  primary key (booklet_id, n)
);
insert into booklet_version_next (booklet_id, n, content_sealed, hash, made_by, made_at, issued_at)
  select v.booklet_id, v.n, v.content_sealed, v.hash, v.made_by, v.made_at, b.issued_at from booklet_version v join booklet b on b.id = v.booklet_id;
update booklet_version_next set made_why = 'changed' where n > 1;
update booklet_version_next set superseded_at = (select min(l.made_at) from booklet_version_next l where l.booklet_id = booklet_version_next.booklet_id and l.n > booklet_version_next.n)
  where exists (select 1 from booklet_version_next l where l.booklet_id = booklet_version_next.booklet_id and l.n > booklet_version_next.n);
drop table booklet_version;
drop table booklet;
alter table booklet_next rename to booklet;
alter table booklet_version_next rename to booklet_version;
create unique index booklet_number_uq on booklet (number) where number <> '';
create unique index booklet_household_id_move_id_uq on booklet (household_id, move_id) where state <> 'cancelled';
create index booklet_state_path_ix on booklet (state, path, id);
create index booklet_origin_ix on booklet (state, origin_path, id);
create index booklet_stale_ix on booklet (path, id) where stale_at > 0;
create index booklet_due_ix on booklet (check_due) where state = 'issued';

-- A printer of an office, and how far beside it prints.
create table printer (
  id text primary key,
  path text not null,              -- the town of its office
  name text not null,
  dx_um bigint not null,           -- micrometres to the right
  dy_um bigint not null,           -- micrometres down
  version bigint not null
);
create unique index printer_path_name_uq on printer (path, name);

-- Many booklets printed at one go, in parts that are finished one after another.
create table booklet_batch (
  id text primary key,
  path text not null,              -- of the village or town
  format text not null check (format in ('passbook', 'folded', 'large')),
  dx_um bigint not null,
  dy_um bigint not null,
  total bigint not null,
  done bigint not null,
  after_id text not null,          -- the last booklet that is in a part
  state text not null check (state in ('running', 'done', 'failed')),
  account text not null,
  name text not null,
  post text not null,
  area text not null,              -- of that post
  created_at bigint not null,
  finished_at bigint not null,
  version bigint not null
);
create index booklet_batch_account_ix on booklet_batch (account, id);
create table booklet_batch_part (
  batch_id text not null references booklet_batch (id),
  n bigint not null,
  booklets bigint not null,
  blob_id text not null,
  primary key (batch_id, n)
);
-- What a batch left out, with why: the characters that no typeface has.
create table booklet_batch_fault (
  batch_id text not null references booklet_batch (id),
  booklet_id text not null,
  why text not null,
  characters text not null,
  primary key (batch_id, booklet_id)
);

-- Who may hold a booklet is a rule with dates like the others.
insert into track_rule (id, move_case, track, text, basis, enabled, valid_from, valid_to)
  select 'default-holder', 'holder', 'everyone', '跨村、跨镇居住而户籍未迁移的住户，自愿申请的都可以办理居住簿。', '白政办发〔2021〕25号', 1, '2021-04-09', '9999-12-31'
  where exists (select 1 from track_rule);

-- A change of the decision table as it was asked for, and what the second
-- person said.
create table track_proposal (
  id text primary key,
  move_case text not null,
  track text not null,
  text text not null,
  basis text not null,
  enabled bigint not null,
  valid_from text not null,
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  rule_id text not null default '', -- the row it became
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
create unique index track_proposal_move_case_uq on track_proposal (move_case) where state = 'proposed';
