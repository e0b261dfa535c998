-- +goose Up
-- Working grids outside the county, each kept by the village whose people work
-- there, and whom to call there. Nobody there has an account.
create table work_grid (
  code text primary key,           -- W, the village and three digits: no path of the county's
  village text not null,
  name text not null,
  place text not null,             -- in words
  valid_from text not null,
  valid_to text not null,
  version bigint not null
);
create index work_grid_village_ix on work_grid (village, code);
create table work_contact (
  id text primary key,
  work_grid text not null references work_grid (code),
  name text not null,
  organisation text not null,
  phone_sealed bytea not null,
  valid_from text not null,
  valid_to text not null,
  entered_by text not null,        -- account
  entered_name text not null
);
create unique index work_contact_now_uq on work_contact (work_grid) where valid_to = '9999-12-31';
