-- +goose Up
create table account (
  id text primary key,
  login text not null,
  name text not null,
  phone_sealed bytea,
  password text not null,          -- argon2id, '' until set
  must_change bigint not null,     -- 1: the password was given by somebody else
  totp_sealed bytea,
  totp_step bigint not null,       -- the last time step used: a code works once
  state text not null check (state in ('active', 'closed')),
  created_at bigint not null,
  version bigint not null
);
create unique index account_login_uq on account (login);

-- Who holds which post over which area, from when: posts, not persons, do the work.
create table post (
  id text primary key,
  account_id text not null references account (id),
  kind text not null,
  path text not null,              -- division code (6, 9, 12 digits) or grid code (15)
  office text not null,
  made_of text not null default '',-- level 1: 护林员, 护路员, 护水员, 公益性岗位 …
  valid_from text not null,
  valid_to text not null,
  recorded_at bigint not null,
  superseded_at bigint not null
);
create index post_account_ix on post (account_id) where superseded_at = 0;
create index post_path_kind_ix on post (path, kind) where superseded_at = 0;

create table session (
  id text primary key,             -- SHA-256 of the cookie's value
  account_id text not null references account (id),
  kind text not null,              -- the post acted in
  csrf text not null,
  device_id text not null default '',
  ended text not null default '',  -- why it is over: elsewhere, password, phone; '' while it is not
  note text not null default '',   -- what the next page says once: replaced
  created_at bigint not null,
  seen_at bigint not null
);
create index session_account_ix on session (account_id);

-- A phone enrolled with a code from a leader; then a PIN opens it.
create table device (
  id text primary key,
  account_id text not null references account (id),
  secret_hash text not null,
  pin text not null,
  name text not null,
  failed bigint not null,
  enrolled_at bigint not null,
  revoked_at bigint not null
);
create index device_account_ix on device (account_id);
create table enrolment (
  code_hash text primary key,
  account_id text not null references account (id),
  issued_by text not null,
  issued_at bigint not null,
  expires_at bigint not null,
  used_at bigint not null
);

-- Limits on guessing: how many tries of key, in the window or since the quiet
-- that began at. The key is a hash: it tells nobody who tried to sign in.
create table throttle (
  key text primary key,
  started_at bigint not null,
  n bigint not null
);
