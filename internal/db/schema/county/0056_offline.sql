-- +goose Up

-- Matters that came over the counter, by phone or on paper (线下) are few beside
-- the others: a board counts them along an index of their own.
create index matter_offline_ix on matter (path, id) where via in ('counter', 'phone', 'paper');
