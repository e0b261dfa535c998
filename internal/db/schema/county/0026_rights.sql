-- +goose Up
-- Rights of both places (两地共管权益): what a place did to a right in its own
-- list, who did it and why. What was believed before stays in entitlement.
create table right_act (
  id text primary key,
  right_id text not null,          -- the row of entitlement that the act wrote
  household_id text not null,
  kind text not null,
  side text not null check (side in ('origin', 'living')),
  path text not null,              -- the place in whose list the right stands
  act text not null check (act in ('enter', 'correct', 'change', 'end', 'reopen')),
  ground text not null,            -- why a right ended, from the list; else ''
  evidence text not null,
  reason text not null,
  account text not null,
  name text not null,
  office text not null,
  at bigint not null
);
create index right_act_household_ix on right_act (household_id, id);

create index entitlement_path_ix on entitlement (path, household_id, id) where superseded_at = 0;

-- What does not add up between two places: a task for the people of both. It is
-- gone when the lists add up, and is never taken away by hand.
create table right_finding (
  id text primary key,
  household_id text not null,
  kind text not null,
  fault text not null check (fault in ('gap', 'double_claim', 'double_drawn', 'two_members')),
  found_at bigint not null,
  gone_at bigint not null,         -- 0 while it is so
  version bigint not null
);
create unique index right_finding_household_id_kind_fault_uq on right_finding (household_id, kind, fault) where gone_at = 0;
create index right_finding_open_ix on right_finding (id) where gone_at = 0;
create table right_finding_place (
  id text primary key,
  finding_id text not null references right_finding (id),
  path text not null,              -- village
  relation text not null check (relation in ('registered', 'living')),
  answer text not null,            -- what the place has found out; '' while nobody has looked
  answered_by text not null,
  answered_name text not null,
  answered_office text not null,
  answered_at bigint not null,
  gone_at bigint not null,         -- the place has no part in it any more, or the finding is gone
  version bigint not null
);
create index right_finding_place_finding_ix on right_finding_place (finding_id);
create index right_finding_place_path_ix on right_finding_place (path, finding_id) where gone_at = 0;

-- Changes of data that the whole county works by (who owes a right, which
-- services accept the booklet): in force once a second account has approved.
create table proposal (
  id text primary key,
  about text not null,             -- route/<kind>/<side>, accepting/<item>
  body text not null,              -- JSON: the row as it is to be
  valid_from text not null,
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by text not null,
  proposed_name text not null,
  proposed_at bigint not null,
  decided_by text not null,
  decided_name text not null,
  decided_at bigint not null,
  answer text not null,
  version bigint not null,
  check (state <> 'approved' or decided_by <> proposed_by)
);
create unique index proposal_about_uq on proposal (about) where state = 'proposed';
create index proposal_about_ix on proposal (about, id);

-- Services that accept the booklet in place of the household booklet (同等效力),
-- as the county publishes them.
create table accepting (
  id text primary key,
  item text not null,              -- the service; the same over its changes
  name text not null,
  unit text not null,              -- who is responsible
  phone text not null,
  note text not null,              -- where and with what, in words
  basis text not null,
  valid_from text not null,
  valid_to text not null
);
create index accepting_item_ix on accepting (item, valid_from);

