package booklet

import (
	"encoding/json"
	"slices"

	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/seal"
)

// Stale reports whether a booklet says something else today than when it was
// last made: computed when asked, never stored. A booklet whose household has
// left its address is stale; one that was never made is not.
func Stale(tx *db.Tx, k *seal.Keys, b Booklet) (bool, error) {
	x, err := division.Load(tx)
	if err != nil {
		return false, err
	}
	return staleIn(tx, k, x, b)
}

// staleIn is Stale for who has the divisions at hand and looks at many booklets.
func staleIn(tx *db.Tx, k *seal.Keys, x *division.Index, b Booklet) (bool, error) {
	v, err := LatestVersion(tx, b.ID)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	was, err := Thaw(k, v)
	if err != nil {
		return false, err
	}
	is, err := ComposeIn(tx, k, x, b)
	if fault.KindOf(err) == fault.Conflict {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return differs(was, is)
}

// differs is the rule: the dates of issue, the record of changes and the codes
// apart, content and hash must agree.
func differs(was, is Content) (bool, error) {
	is.IssuedOn, is.FirstIssuedOn, is.PrintedAt, is.Changes = was.IssuedOn, was.FirstIssuedOn, was.PrintedAt, was.Changes
	was, is = was.uncoded(), is.uncoded()
	a, err := json.Marshal(was)
	if err != nil {
		return false, err
	}
	b, err := json.Marshal(is)
	if err != nil {
		return false, err
	}
	return hash(a) != hash(b), nil
}

// uncoded is the content without its codes and where they are checked.
func (c Content) uncoded() Content {
	c.Code, c.CheckURL = "", ""
	c.Members = slices.Clone(c.Members)
	for i := range c.Members {
		c.Members[i].Code = ""
	}
	return c
}
