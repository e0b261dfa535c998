-- +goose Up
-- What was asked to change in the routing table (who owes a right) has a table of
-- its own, with the columns that every row has that two accounts change.
create table right_route_change (
  id text primary key,
  kind text not null,
  side text not null check (side in ('origin', 'living')),
  unit text not null,
  phone text not null,
  note text not null,
  basis text not null,
  ends bigint not null,            -- 1: nobody owes it at this side any more
  valid_from text not null,        -- civil date
  reason text not null,
  state text not null check (state in ('proposed', 'approved', 'refused')),
  proposed_by text not null,       -- account
  proposed_name text not null,
  proposed_at bigint not null,
  decided_by text not null,
  decided_name text not null,
  decided_at bigint not null,
  answer text not null,
  version bigint not null,
  check (state <> 'approved' or decided_by <> proposed_by)
);

-- The rows so far held the change as JSON, its fields in one order. Neither
-- engine has the other's words for JSON: the marks between the fields are looked
-- for, and what JSON escaped is written out again.
insert into right_route_change (id, kind, side, unit, phone, note, basis, ends, valid_from, reason, state, proposed_by, proposed_name, proposed_at, decided_by, decided_name, decided_at, answer, version)
with recursive step (id, body, n) as (
  select id, body, 1 from proposal where about like 'route/%'
  union all
  select id, body, n + 1 from step where n < length(body)
), mark (id, unit, phone, note, basis, ends) as (
  select id,
    min(case when substr(body, n, 10) = '","Unit":"' then n end),
    min(case when substr(body, n, 11) = '","Phone":"' then n end),
    min(case when substr(body, n, 10) = '","Note":"' then n end),
    min(case when substr(body, n, 11) = '","Basis":"' then n end),
    max(case when substr(body, n, 9) = '","Ends":' then n end)
  from step group by id
), part (id, unit, phone, note, basis, ends) as (
  select p.id,
    substr(p.body, m.unit + 10, m.phone - m.unit - 10),
    substr(p.body, m.phone + 11, m.note - m.phone - 11),
    substr(p.body, m.note + 10, m.basis - m.note - 10),
    substr(p.body, m.basis + 11, m.ends - m.basis - 11),
    case when substr(p.body, m.ends + 9, 4) = 'true' then 1 else 0 end
  from proposal p join mark m on m.id = p.id
)
select p.id,
  replace(replace(replace(p.about, 'route/', ''), '/origin', ''), '/living', ''),
  case when p.about like '%/origin' then 'origin' else 'living' end,
  replace(replace(replace(replace(replace(t.unit, '\u0026', '&'), '\u003c', '<'), '\u003e', '>'), '\"', '"'), '\\', '\'),
  t.phone,
  replace(replace(replace(replace(replace(t.note, '\u0026', '&'), '\u003c', '<'), '\u003e', '>'), '\"', '"'), '\\', '\'),
  replace(replace(replace(replace(replace(t.basis, '\u0026', '&'), '\u003c', '<'), '\u003e', '>'), '\"', '"'), '\\', '\'),
  t.ends, p.valid_from, p.reason, p.state, p.proposed_by, p.proposed_name, p.proposed_at, p.decided_by, p.decided_name, p.decided_at, p.answer, p.version
from proposal p join part t on t.id = p.id;
create unique index right_route_change_kind_side_uq on right_route_change (kind, side) where state = 'proposed';
drop table proposal;
