-- +goose Up
-- What a paper says of who made it is kept with it, for when it is printed again.
alter table move add column office text not null default '';          -- that registered it; '' before there was a column
alter table supervision add column issuer_path text not null default ''; -- the area of the centre: a town, or the county
update supervision set issuer_path = substr(path, 1, 6);
update supervision set issuer_path = substr(path, 1, 9)
  where exists (select 1 from division d where d.code = substr(supervision.path, 1, 9) and substr(supervision.issuer, 1, length(d.name)) = d.name);
-- A household holds one live booklet for each move, not one alone: a son who has
-- moved out does not end that of his parents.
drop index booklet_household_id_uq;
create unique index booklet_household_id_move_id_uq on booklet (household_id, move_id) where state in ('applied', 'returned', 'approved', 'made', 'issued');
