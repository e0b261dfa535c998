-- +goose Up

-- Matters that came over the counter, by phone or on paper (线下) are few beside
-- the others: a board counts them along an index of their own.
create index matter_offline_ix on matter (path, id) where via in ('counter', 'phone', 'paper');
-- What has waited longest comes first in the list of a wide area: along this, until
-- a page is full.
create index matter_waiting_ix on matter (level_since, id, path) where closed_at = 0;
