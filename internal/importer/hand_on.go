package importer

import "anju/internal/db"

// HandOn gives a file that has been checked and not taken in to somebody else
// of the same office: who brought it has left the post.
func HandOn(tx *db.Tx, id, to string) error {
	was, err := get(tx, id)
	if err != nil {
		return err
	}
	is := was
	is.Account = to
	if _, err := tx.Exec(`update import set account = $2, version = version + 1 where id = $1`, is.ID, is.Account); err != nil {
		return err
	}
	return tx.Record("import/"+is.ID, was, is)
}
