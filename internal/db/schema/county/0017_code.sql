-- +goose Up
-- Every signed code that was ever given out, before it was signed. Its place
-- in the status list is a keyed permutation of a running number.
create table booklet_code (
  list_no bigint not null,
  place bigint not null,           -- 0 to 131071
  booklet_id text not null,        -- booklet; the record of what was signed outlives it
  n bigint not null,               -- version of the booklet
  member bigint not null,          -- which member page, from 1; 0 is the cover
  key_id text not null,            -- of the key that signs it, eight hexadecimal digits
  issued_at bigint not null,
  expires_at bigint not null,
  primary key (list_no, place)
);
create unique index booklet_code_booklet_id_n_member_uq on booklet_code (booklet_id, n, member);
