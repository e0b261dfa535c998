-- +goose Up
-- A service did not accept the booklet: what somebody reported of it without an
-- account. The matter lies with the county itself (its path is the county's code
-- and zeros), in no town.
create table refusal (
  matter_id text primary key references matter (id),
  item text not null,              -- of the list of services; '' another
  service text not null,           -- as it was called then
  unit text not null,              -- that answers for it by the list; ''
  office text not null,            -- the kind of post of that unit, which is never handed the matter; ''
  happened_on text not null,       -- civil date
  receipt text not null            -- blind index of the code with which its reporter looks how it stands; '' of a part split off
);

-- Who reported without an account is sealed whole.
alter table matter_contact add column name_sealed bytea;
