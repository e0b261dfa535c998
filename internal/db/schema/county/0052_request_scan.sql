-- +goose Up
-- The papers that a change request speaks of, as photographs or scans.
create table request_scan (
  id text primary key,
  request_id text not null,        -- or the form that it came with, until that is taken
  n bigint not null,               -- which page of the papers, from 1
  blob text not null,              -- re-encoded: no place, no time, no camera in it
  bytes bigint not null,
  width bigint not null,
  height bigint not null,
  added_by text not null,          -- account
  added_name text not null,
  added_at bigint not null
);
create index request_scan_request_ix on request_scan (request_id, n);
