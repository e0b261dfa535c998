-- +goose Up
-- Applications that have a result (有事必帮), by place and day: a page of their list
-- is read along these, however many there are.
create index change_request_decided_ix on change_request (path, asked_at, id) where state not in ('asked', 'withdrawn');
create index booklet_decided_ix on booklet (path, applied_at, id) where sealed_to = '' and state not in ('applied', 'returned', 'verified');
