package person

import (
	"slices"

	"anju/internal/db"
	"anju/internal/fault"
)

// An Alias says that two records are of one person: the one is read as the
// other, and no fact of either is rewritten. Whatever is done while it holds is
// written to the record it is done to, so that the two can be two again.
type Alias struct {
	ID          string `db:"id" record:"ignore"`
	PersonID    ID     `db:"person_id" record:"track"`
	MainID      ID     `db:"main_id" record:"track"` // the record it is read as
	Reason      string `db:"reason" record:"track"`
	Account     string `db:"account" record:"ignore"`
	Name        string `db:"name" record:"ignore"`
	FromAt      int64  `db:"from_at" record:"ignore"`
	UntilAt     int64  `db:"until_at" record:"track"` // 0: still so
	UndoReason  string `db:"undo_reason" record:"track"`
	UndoAccount string `db:"undo_account" record:"ignore"`
	UndoName    string `db:"undo_name" record:"ignore"`
}

// Merge says that dup is the same person as main. Nothing else changes.
func Merge(tx *db.Tx, dup, main ID, reason string) (Alias, error) {
	group, err := Records(tx, main)
	if err != nil {
		return Alias{}, err
	}
	if dup == main || slices.Contains(group, dup) {
		return Alias{}, fault.New(fault.Conflict, "person.merged_already")
	}
	a := Alias{ID: tx.NewID(), PersonID: dup, MainID: main, Reason: reason, Account: tx.By().Account, Name: tx.By().Name, FromAt: tx.Millis()}
	err = db.Insert(tx, "person_alias", a)
	if db.Unique(err) == "person_alias_person_id_uq" {
		return a, fault.Wrap(fault.Conflict, "person.merged_already", err)
	}
	if err != nil {
		return a, err
	}
	for _, id := range []ID{dup, main} {
		if err := tx.Record("person/"+string(id), nil, a); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Unmerge says that the two records of an alias are of two people after all.
func Unmerge(tx *db.Tx, was Alias, reason string) (Alias, error) {
	is := was
	is.UntilAt, is.UndoReason, is.UndoAccount, is.UndoName = tx.Millis(), reason, tx.By().Account, tx.By().Name
	if err := endAlias(tx, is); err != nil {
		return is, err
	}
	for _, id := range []ID{was.PersonID, was.MainID} {
		if err := tx.Record("person/"+string(id), was, is); err != nil {
			return is, err
		}
	}
	return is, nil
}

// Records lists every record of the person that a record is of, itself first.
func Records(tx *db.Tx, id ID) ([]ID, error) {
	group := []ID{id}
	for i := 0; i < len(group); i++ {
		beside, err := Aliases(tx, group[i])
		if err != nil {
			return nil, err
		}
		for _, a := range beside {
			for _, other := range []ID{a.PersonID, a.MainID} {
				if !slices.Contains(group, other) {
					group = append(group, other)
				}
			}
		}
	}
	return group, nil
}
