package proposal

import (
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// Of lists the proposals whose subject begins with a prefix, the latest first.
func Of(tx *db.Tx, prefix string, limit int) ([]Proposal, error) {
	return db.All[Proposal](tx, `select `+db.Columns[Proposal]("")+` from proposal where about >= $1 and about < $2 order by id desc limit $3`, prefix, policy.PrefixEnd(prefix), limit)
}

func get(tx *db.Tx, id string) (Proposal, error) {
	p, err := db.One[Proposal](tx, `select `+db.Columns[Proposal]("")+` from proposal where id = $1`, id)
	if err == db.ErrNoRow {
		return p, fault.New(fault.NotFound, "policy.not_found")
	}
	return p, err
}

func insert(tx *db.Tx, p Proposal) error {
	err := db.Insert(tx, "proposal", p)
	if db.Unique(err) == "proposal_about_uq" {
		return fault.Wrap(fault.Conflict, "proposal.waiting", err)
	}
	if err != nil {
		return err
	}
	return tx.Record(p.About, nil, p)
}

func save(tx *db.Tx, was, is Proposal) error {
	is.Version = was.Version + 1
	n, err := tx.Exec(`update proposal set state = $2, decided_by = $3, decided_name = $4, decided_at = $5, answer = $6, version = $7 where id = $1 and version = $8`,
		is.ID, is.State, is.DecidedBy, is.DecidedName, is.DecidedAt, is.Answer, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.About, was, is)
}
