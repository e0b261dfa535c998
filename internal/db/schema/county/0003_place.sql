-- +goose Up
create table division (
  code text not null,              -- 6, 9 or 12 digits of the statistical code
  name text not null,
  parent text not null,
  level text not null check (level in ('county', 'town', 'village')),
  kind text not null,              -- village: residents_committee, community_village, village_committee
  valid_from text not null,
  valid_to text not null,
  replaced_by text not null default '',
  document text not null default '',
  primary key (code, valid_from)
);
create index division_parent_ix on division (parent, code);

create table division_group (
  village text not null,
  no text not null,                -- '01' …
  name text not null,
  valid_from text not null,
  valid_to text not null,
  replaced_by text not null default '',
  document text not null default '',
  primary key (village, no, valid_from)
);

create table site (
  id text primary key,
  village text not null,
  name text not null,
  form text not null,              -- how it is governed: own, joint, attached
  founding text not null,          -- 整村划转 整村划分 分村组建 撤组成立
  opened_on text not null,
  fictional bigint not null
);
create index site_village_ix on site (village);

create table address (
  id text primary key,
  village text not null,
  group_no text not null,
  site_id text not null default '',
  text text not null,              -- the whole standard address
  building text not null default '',
  unit text not null default '',
  room text not null default '',
  state text not null check (state in ('approved', 'pending')),
  lng double precision,
  lat double precision,
  crs text not null default '',
  version bigint not null
);
create unique index address_village_text_uq on address (village, text);

create table house (
  id text primary key,
  address_id text not null references address (id),
  use text not null,
  ownership text not null,
  area double precision not null,
  version bigint not null
);
create index house_address_ix on house (address_id);
