-- +goose Up
-- The list of the reserve by place and day, what is kept of it, and one's own: a page
-- is read along these, however many files have ended.
drop index reserve_file_path_ix;
create index reserve_file_path_ix on reserve_file (path, proposed_at, id);
create index reserve_file_kept_ix on reserve_file (path, proposed_at, id) where state = 'kept';
create index reserve_file_own_ix on reserve_file (account_id, path, proposed_at, id);
