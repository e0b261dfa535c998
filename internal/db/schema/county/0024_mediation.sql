-- +goose Up
-- A dispute in mediation (人民调解法), joined to a matter. One running for each
-- matter at a time.
create table mediation (
  id text primary key,
  number text not null,            -- 白调〔2026〕00001号
  matter_id text not null,
  path text not null,              -- where the matter happened
  modes text not null,             -- judicial, administrative, moral, joined by commas
  committee text not null,         -- the people's mediation committee
  mediator text not null,
  issue text not null,             -- what is in dispute
  public bigint not null,          -- 1: the parties wish it public; private otherwise (art 23)
  state text not null check (state in ('asked', 'open', 'agreed', 'performed', 'refused', 'failed')),
  opened_by text not null,         -- account id
  opened_name text not null,
  opened_at bigint not null,
  ended_why text not null default '',  -- of a refusal or a failure
  ended_at bigint not null default 0,
  form text not null default '' check (form in ('', 'written', 'oral')),
  facts text not null default '',  -- art 29 (2): main facts, points at issue, who is responsible
  terms text not null default '',  -- art 29 (3): what the parties agree to
  manner text not null default '', -- how it is performed
  perform_by text not null default '', -- the last day
  agreed_on text not null default '',
  mediator_on text not null default '', -- the mediator signed
  sealed_on text not null default '',   -- the committee's seal
  effective_on text not null default '',
  confirm_by text not null default '',  -- last day of the joint application to the court (art 33)
  confirmation text not null default '' check (confirmation in ('', 'applied', 'confirmed', 'rejected', 'not_wanted')),
  confirmed_on text not null default '',
  confirm_document text not null default '',
  reminded_at bigint not null default 0,
  version bigint not null
);
create unique index mediation_number_uq on mediation (number);
create unique index mediation_matter_id_uq on mediation (matter_id) where state in ('asked', 'open', 'agreed');
create index mediation_path_ix on mediation (path, id);
create index mediation_running_ix on mediation (path, id) where state in ('asked', 'open', 'agreed');
create index mediation_matter_ix on mediation (matter_id, id);

-- The parties, and third persons who are asked to help (art 20).
create table mediation_person (
  mediation_id text not null references mediation (id),
  n bigint not null,               -- 1, 2, … parties first
  side text not null check (side in ('party', 'third')),
  name text not null,
  about text not null,             -- of a party what art 29 asks for; of a third person what they are to the parties
  consent text not null check (consent in ('', 'yes', 'no')), -- of a party: to being mediated
  consent_at bigint not null,
  signed_on text not null,         -- of a party: signed, sealed or fingerprinted the agreement
  primary key (mediation_id, n)
);

-- What each party says of each third person.
create table mediation_consent (
  mediation_id text not null references mediation (id),
  third bigint not null,
  party bigint not null,
  answer text not null check (answer in ('yes', 'no')),
  at bigint not null,
  primary key (mediation_id, third, party)
);

-- Sittings and follow-ups, only ever appended to (art 27, 31).
create table mediation_note (
  mediation_id text not null references mediation (id),
  n bigint not null,
  kind text not null check (kind in ('sitting', 'follow_up')),
  held_on text not null,
  place text not null,             -- of a sitting
  present text not null,           -- of a sitting: numbers of the persons, joined by commas
  outcome text not null check (outcome in ('', 'performed', 'under_way', 'broken')), -- of a follow-up
  text text not null,
  account text not null,
  name text not null,
  at bigint not null,
  primary key (mediation_id, n)
);

-- What a matter counts for in the figures, and the list behind each number.
create table matter_figure (
  matter_id text primary key,
  path text not null,
  reported_on text not null,       -- civil date
  closed_on text not null,         -- '' while it is open
  level bigint not null,           -- that solved it; 0 while it is open
  answered bigint not null,        -- 1: somebody took it up within 24 hours
  on_time bigint not null,         -- 1: closed, and no limit ever passed
  solved bigint not null,          -- 1: the reporter has confirmed
  first bigint not null,           -- 1: solved, and never opened again
  minutes bigint not null          -- from report to close
);
create index matter_figure_reported_ix on matter_figure (path, reported_on, matter_id);
create index matter_figure_closed_ix on matter_figure (path, closed_on, matter_id) where closed_on <> '';
create index matter_figure_reported_day_ix on matter_figure (reported_on, path);
create index matter_figure_closed_day_ix on matter_figure (closed_on, path) where closed_on <> '';
create index matter_figure_open_ix on matter_figure (path, matter_id) where closed_on = '';

-- The same, summed for each grid and month: written in the transaction of the
-- act. Month '' is what is open now. The id is the path of that day and the
-- month; the path follows when places change their codes.
create table matter_month (
  id text primary key,
  path text not null,
  month text not null,             -- 2026-11
  reported bigint not null,
  answered bigint not null,
  closed bigint not null,
  on_time bigint not null,
  solved bigint not null,
  first bigint not null,
  level2 bigint not null,
  level3 bigint not null,
  level4 bigint not null,
  level5 bigint not null,
  minutes bigint not null,
  open bigint not null
);
create index matter_month_month_path_ix on matter_month (month, path);

-- Running clocks that have warned: what is overdue, without reading the rest.
create index clock_warned_ix on clock (path, subject) where stopped_at = 0 and step > 0;

-- Whoever asks for their own acts.
create index change_account_n_ix on change (account, n);

-- A county that has matters already is counted once.
insert into job (id, kind, key, payload, run_at, lease_until, attempts, state, error)
select '0024', 'matter.recount', 'all', '{}', 0, 0, 0, 'ready', '' where exists (select 1 from matter);
