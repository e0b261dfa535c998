-- +goose Up
-- A person's change from one place of living to the next, as the spells say:
-- what the flow ledgers are read from. superseded_at = 0 is what is believed
-- now. A flow from or to a protected place is sealed, and in no ledger.
create table flow (
  person_id text not null,
  household_id text not null,      -- moved as a member of
  moved_on text not null,
  from_path text not null,         -- village + grid, or the code of a place outside the county
  to_path text not null,
  source text not null,            -- of the spell that begins: move/<id>, or how else it became known
  recorded_at bigint not null,
  superseded_at bigint not null,
  sealed_to text not null default '',
  primary key (person_id, moved_on, recorded_at)
);
create index flow_on_ix on flow (moved_on, household_id, from_path, to_path) where superseded_at = 0 and sealed_to = '';

insert into flow (person_id, household_id, moved_on, from_path, to_path, source, recorded_at, superseded_at, sealed_to)
  select b.person_id, b.household_id, b.valid_from, a.path, b.path, b.source, b.recorded_at, 0, case when b.sealed_to <> '' then b.sealed_to else a.sealed_to end
  from spell b join spell a on a.person_id = b.person_id and a.kind = 'living' and a.superseded_at = 0 and a.valid_to = b.valid_from
  where b.kind = 'living' and b.superseded_at = 0;

-- What was, and what was believed: small beside what is, and looked up by the
-- same ways. They serve the pages that show a day of the past.
create index spell_old_person_ix on spell (person_id, kind) where superseded_at <> 0;
create index spell_old_household_ix on spell (household_id, kind) where superseded_at <> 0;
create index spell_old_house_ix on spell (house_id) where superseded_at <> 0 and house_id <> '';
create index spell_old_path_ix on spell (kind, path) where superseded_at <> 0;
create index spell_past_path_ix on spell (kind, path) where superseded_at = 0 and valid_to <> '9999-12-31';
create index spell_veil_ix on spell (person_id) where superseded_at = 0 and sealed_to <> '';
create index entitlement_old_ix on entitlement (household_id) where superseded_at <> 0;

-- Acts upon the divisions (区划调整): what was done, on which document, and the
-- proof that nobody's scope changed with the codes.
create table division_act (
  id text primary key,
  kind text not null,
  code text not null,              -- the division acted upon
  result text not null,            -- the division that is there afterwards; the same, or ''
  groups text not null,            -- its groups that were concerned, space separated
  name text not null,              -- given by the act, or ''
  founding text not null,          -- of a community: 整村划转 整村划分 分村组建 撤组成立, or ''
  effective_on text not null,
  document text not null,
  proof text not null,             -- JSON: rows rewritten, posts and people compared
  account text not null,
  by_name text not null,
  recorded_at bigint not null
);
create index division_act_code_ix on division_act (code, id);
create index division_act_result_ix on division_act (result, id);
