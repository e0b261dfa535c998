-- +goose Up
-- What refers to another row is found from that row: the households of an address,
-- for each line of the list of addresses, the pairs of a branch, and an account's
-- code for a phone. internal/db/migrate_test.go holds every reference to it.
create index household_address_id_ix on household (address_id);
create index party_pair_branch_id_ix on party_pair (branch_id) where ended_on = '';
create index enrolment_account_id_ix on enrolment (account_id) where used_at = 0;
