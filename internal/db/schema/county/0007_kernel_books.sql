-- +goose Up
-- Acts that were done once are forgotten after ninety days.
create index op_at_ix on op (at);
