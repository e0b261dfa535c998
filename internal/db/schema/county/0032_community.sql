-- +goose Up
-- What a community counts as: urban, town or rural (城市、城镇、农村社区); '' for
-- what is no community.
alter table division add column class text not null default '' check (class in ('', 'urban', 'town', 'rural'));
update division set class = case kind when 'community_village' then 'rural' else case substr(code, 7, 3) when '100' then 'urban' else 'town' end end
  where kind in ('residents_committee', 'community_village');

-- Who agreed to an act upon divisions: the assembly's resolution, in words.
alter table division_act add column consent text not null default '';

-- How a resettlement site organises the party and governs itself, each time with
-- the document that decided it.
create table site_form (
  id text primary key,
  site_id text not null references site (id),
  party text not null check (party in ('alone', 'joint', 'attached')),
  self text not null check (self in ('own', 'joint', 'attached')),
  with_code text not null default '', -- the village or community it is joint with or attached to
  members bigint not null,         -- full members of the party, as they were counted; -1: not known
  document text not null,
  reason text not null default '', -- where it is not the form that the numbers propose
  valid_from text not null,
  valid_to text not null,
  recorded_by text not null,
  recorded_name text not null,
  recorded_at bigint not null,
  version bigint not null
);
create unique index site_form_uq on site_form (site_id, valid_from);
insert into site_form (id, site_id, party, self, members, document, valid_from, valid_to, recorded_by, recorded_name, recorded_at, version)
  select id, id, case form when 'own' then 'alone' else 'attached' end, form, -1, '', opened_on, '9999-12-31', '', '', 0, 1 from site;
alter table site drop column form;
create index address_site_ix on address (site_id) where site_id <> '';

-- From how many households a site organises itself how. One row is in force.
create table community_rule (
  party_alone bigint not null,
  party_members bigint not null,
  own bigint not null,
  joint bigint not null,
  basis text not null,
  valid_from text primary key,
  valid_to text not null
);

-- What was asked to change in it; one change waits at a time.
create table community_rule_change (
  id text primary key,
  party_alone bigint not null,
  party_members bigint not null,
  own bigint not null,
  joint bigint not null,
  basis text not null,
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
create unique index community_rule_change_state_uq on community_rule_change (state) where state = 'proposed';

-- A community that is to be founded: the town proposes, every assembly
-- concerned agrees, the county approves (村民委员会组织法 3).
create table founding (
  id text primary key,
  number text not null,
  way text not null,
  code text not null,              -- of the community
  name text not null,
  kind text not null check (kind in ('residents_committee', 'community_village')),
  class text not null check (class in ('urban', 'town', 'rural')),
  state text not null check (state in ('proposed', 'done', 'refused')),
  proposal text not null,          -- document of the town
  proposed_by text not null,
  proposed_name text not null,
  proposed_at bigint not null,
  approval text not null default '', -- document of the county
  effective_on text not null default '',
  decided_by text not null default '',
  decided_name text not null default '',
  decided_at bigint not null default 0,
  answer text not null default '',
  version bigint not null,
  check (state <> 'done' or decided_by <> proposed_by)
);
create unique index founding_number_uq on founding (number);
create index founding_state_ix on founding (state, code, id);

create table founding_part (
  founding_id text not null references founding (id),
  village text not null,
  groups text not null,            -- numbers, apart by spaces; '' is the whole village
  met_on text not null default '', -- the assembly
  entitled bigint not null default 0,
  present bigint not null default 0,
  agreed bigint not null default 0,
  resolution text not null default '',
  noted_by text not null default '',
  noted_name text not null default '',
  noted_at bigint not null default 0,
  version bigint not null,
  primary key (founding_id, village)
);
