-- +goose Up
-- Files of several kinds come in by one way. A file whose columns are not all
-- recognised waits for somebody to say which is which; what was said is
-- remembered for the office.
create table import_next (
  id text primary key,
  kind text not null,              -- register, houses, residents, moves, contracts
  file_name text not null,
  file_hash text not null,
  blob_id text not null,           -- '' at the terminal: the file stays where it is
  state text not null check (state in ('naming', 'checking', 'checked', 'running', 'done', 'failed')),
  account text not null,
  post text not null default '',   -- the kind of post that imports
  path text not null,              -- the area of the office that imports
  as_of text not null,
  row_done bigint not null,        -- households or rows finished
  at_row bigint not null default 0,-- the row of the file where a restart goes on
  columns text not null default '',-- JSON: the header row, and what its names were said to mean
  report text not null,            -- JSON: counts and faults, no personal data
  error text not null default '',
  created_at bigint not null,
  finished_at bigint not null,
  version bigint not null
);
insert into import_next (id, kind, file_name, file_hash, blob_id, state, account, path, as_of, row_done, report, error, created_at, finished_at, version)
  select id, kind, file_name, file_hash, blob_id, state, account, path, as_of, row_done, report, error, created_at, finished_at, version from import;
drop table import;
alter table import_next rename to import;
create index import_account_ix on import (account, id);
create index import_hash_ix on import (file_hash);

create table import_column (
  office text not null,            -- kind of post and its area
  kind text not null,
  header text not null,            -- as the office writes it
  name text not null,              -- the column it is
  primary key (office, kind, header)
);

-- Who last said something about a house: people, households, spells and rights
-- carry their source themselves.
create table fact_source (
  subject text primary key,        -- house/<id>
  source text not null,            -- import/<id>/<row>
  as_of text not null,
  recorded_at bigint not null
);

-- Two sources that do not agree on a fact (两源核对). The fact stays as it is
-- until somebody decides; a file read again asks nothing twice.
create table difference (
  id text primary key,
  subject text not null,           -- person/<id>, entitlement/<id>
  person_id text not null default '',
  household_id text not null,
  field text not null,
  path text not null,              -- where the household is registered
  living_path text not null default '', -- living: where the file says they live
  have text not null,
  have_source text not null,
  says text not null,
  says_source text not null,
  says_kind text not null,
  says_as_of text not null,
  detail text not null default '', -- JSON: what taking it over needs
  state text not null check (state in ('open', 'kept', 'taken')),
  reason text not null default '',
  decided_by text not null default '',
  decided_name text not null default '',
  decided_at bigint not null default 0,
  returned_at bigint not null default 0,
  recorded_at bigint not null,
  version bigint not null
);
create unique index difference_subject_field_says_uq on difference (subject, field, says);
create index difference_open_ix on difference (path, id) where state = 'open';
create index difference_says_ix on difference (says_source);
create index difference_have_ix on difference (have_source);

create index entitlement_evidence_ix on entitlement (kind, evidence) where superseded_at = 0;
