package request

import "anju/internal/db"

// HandOn gives a question, or an answer that nobody has taken note of, to
// somebody else: who asked has left the post. The name of who asked stays.
func HandOn(tx *db.Tx, id ID, to string) error {
	was, err := Get(tx, id)
	if err != nil {
		return err
	}
	is := was
	is.AskedBy = to
	if err := saveAsker(tx, was, is); err != nil {
		return err
	}
	return tx.Record(is.Subject(), was, is)
}
