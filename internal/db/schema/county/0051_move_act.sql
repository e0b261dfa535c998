-- +goose Up
-- Whether the place where people went says that they are there. A move counts in
-- every ledger whatever the answer, until it is taken back.
alter table move add column arrival text not null default 'accepted' check (arrival in ('waiting', 'accepted', 'returned', 'withdrawn'));
create index move_arrival_ix on move (arrival, to_path, id) where arrival in ('waiting', 'returned');

-- What became of a move after it was registered: another day, the word of the
-- place where people went, and what was mended. The move says what is believed
-- now, these say what was.
create table move_act (
  id text primary key,
  move_id text not null references move (id),
  kind text not null check (kind in ('redated', 'accepted', 'returned', 'mended', 'withdrawn')),
  was_on text not null,            -- civil date; '' where the day is not in question
  is_on text not null,
  was_address text not null,       -- '' where the address is not in question
  is_address text not null,
  reason text not null,
  evidence text not null,          -- which paper says so, and where it lies
  account text not null,
  name text not null,
  office text not null,
  at bigint not null
);
create index move_act_move_ix on move_act (move_id, id);
