package db

import (
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"anju/internal/i18n"
)

// The two logs of a county, each a Merkle tree (RFC 6962 hashing) over its
// rows: what was changed, and what was looked at.
const (
	changeTree = "change"
	lookTree   = "look"
)

// hashes reads stored hashes of a tree, with those this transaction is adding.
type hashes struct {
	tx   *Tx
	tree string
	new  map[int64]tlog.Hash
}

func (h hashes) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		if v, ok := h.new[n]; ok {
			out[i] = v
			continue
		}
		b, err := One[[]byte](h.tx, `select hash from tree_hash where tree = $1 and i = $2`, h.tree, n)
		if err != nil {
			return nil, fmt.Errorf("read hash %d of the %s log: %w", n, h.tree, err)
		}
		if len(b) != tlog.HashSize {
			return nil, fmt.Errorf("hash %d of the %s log is %d bytes long", n, h.tree, len(b))
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// grow appends leaves number from, from+1, … to a tree.
func (tx *Tx) grow(tree string, from int64, leaves [][]byte) error {
	h := hashes{tx, tree, map[int64]tlog.Hash{}}
	for i, leaf := range leaves {
		n := from + int64(i)
		add, err := tlog.StoredHashes(n, leaf, h)
		if err != nil {
			return err
		}
		base := tlog.StoredHashIndex(0, n)
		for k, v := range add {
			h.new[base+int64(k)] = v
			if _, err := tx.exec(`insert into tree_hash (tree, i, hash) values ($1, $2, $3)`, tree, base+int64(k), v[:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// A Head is a signed checkpoint of one of the two logs.
type Head struct {
	Tree      string `db:"tree" json:"tree"`
	Size      int64  `db:"size" json:"size"`
	At        int64  `db:"at" json:"at"`
	Root      string `db:"root" json:"root"`
	Signature []byte `db:"signature" json:"-"`
}

// Text is what a head's signature covers.
func (h Head) Text() []byte {
	return fmt.Appendf(nil, "anju log %s\n%d\n%s\n%d\n", h.Tree, h.Size, h.Root, h.At)
}

// checkpoint signs the tree as it stands, if it has grown since the last head.
func (tx *Tx) checkpoint(tree string, size int64) error {
	last, err := One[int64](tx, `select coalesce(max(size), 0) from tree_head where tree = $1`, tree)
	if err != nil || size <= last {
		return err
	}
	root, err := tlog.TreeHash(size, hashes{tx, tree, nil})
	if err != nil {
		return err
	}
	h := Head{Tree: tree, Size: size, At: tx.Millis(), Root: root.String()}
	if tx.d.sign != nil {
		h.Signature = tx.d.sign(h.Text())
	}
	_, err = tx.exec(InsertText[Head]("tree_head"), Values(h)...)
	return err
}

// A Verdict is what verifying a log found.
type Verdict struct {
	Tree     string
	Size     int64  // leaves in the tree
	Unsealed int64  // looks committed and not yet in the tree
	Heads    int    // checkpoints checked
	Problem  string // in words; "" when the log is whole
}

// VerifyLogs recomputes both trees from the rows they are made of and compares
// every stored hash and every signed head. check verifies a head's signature.
func (d *DB) VerifyLogs(ctx context.Context, check func(text, signature []byte) bool) ([]Verdict, error) {
	var out []Verdict
	err := d.run(ctx, d.read, func(tx *Tx) error {
		v, err := verify[Change](tx, changeTree, `select `+Columns[Change]("")+` from change order by n`,
			func(c Change) int64 { return c.N }, check)
		out = append(out, v)
		return err
	})
	if err != nil {
		return out, err
	}
	err = d.run(ctx, d.log, func(tx *Tx) error {
		v, err := verify[LookEntry](tx, lookTree, `select `+Columns[LookEntry]("")+` from look where n >= 0 order by n`,
			func(e LookEntry) int64 { return e.N }, check)
		if err != nil {
			return err
		}
		v.Unsealed, err = One[int64](tx, `select count(*) from look where n < 0`)
		out = append(out, v)
		return err
	})
	return out, err
}

func verify[T any](tx *Tx, tree, query string, number func(T) int64, check func(text, signature []byte) bool) (Verdict, error) {
	v := Verdict{Tree: tree}
	heads, err := All[Head](tx, `select tree, size, at, root, signature from tree_head where tree = $1 order by size`, tree)
	if err != nil {
		return v, err
	}
	rows, err := All[T](tx, query)
	if err != nil {
		return v, err
	}
	fresh := hashes{tx, tree, map[int64]tlog.Hash{}}
	check1 := func(h Head) error {
		root, err := tlog.TreeHash(h.Size, fresh)
		if err != nil {
			return err
		}
		switch {
		case root.String() != h.Root:
			v.Problem = i18n.T("audit.problem.head", "size", h.Size)
		case check != nil && !check(h.Text(), h.Signature):
			v.Problem = i18n.T("audit.problem.signature", "size", h.Size)
		}
		v.Heads++
		return nil
	}
	for i, row := range rows {
		if number(row) != int64(i) {
			v.Problem = i18n.T("audit.problem.missing", "n", i)
			return v, nil
		}
		leaf, err := json.Marshal(row)
		if err != nil {
			return v, err
		}
		add, err := tlog.StoredHashes(int64(i), leaf, fresh)
		if err != nil {
			return v, err
		}
		base := tlog.StoredHashIndex(0, int64(i))
		for k, h := range add {
			fresh.new[base+int64(k)] = h
		}
		v.Size = int64(i) + 1
		for len(heads) > 0 && heads[0].Size == v.Size && v.Problem == "" {
			if err := check1(heads[0]); err != nil {
				return v, err
			}
			heads = heads[1:]
		}
	}
	if len(heads) > 0 && v.Problem == "" {
		v.Problem = i18n.T("audit.problem.cut", "signed", heads[0].Size, "size", v.Size)
	}
	type stored struct {
		I    int64  `db:"i"`
		Hash []byte `db:"hash"`
	}
	var n int64
	err = each(tx, `select i, hash from tree_hash where tree = $1 order by i`, []any{tree}, func(s stored) error {
		n++
		if want, ok := fresh.new[s.I]; v.Problem == "" && (!ok || string(want[:]) != string(s.Hash)) {
			v.Problem = i18n.T("audit.problem.hash", "n", s.I)
		}
		return nil
	})
	if v.Problem == "" && n != int64(len(fresh.new)) {
		v.Problem = i18n.T("audit.problem.hashes", "stored", n, "want", len(fresh.new))
	}
	return v, err
}
