package db

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

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
	rows := make([]treeHash, 0, 2*len(leaves)+1)
	for i, leaf := range leaves {
		n := from + int64(i)
		add, err := tlog.StoredHashes(n, leaf, h)
		if err != nil {
			return err
		}
		base := tlog.StoredHashIndex(0, n)
		for k, v := range add {
			h.new[base+int64(k)] = v
			rows = append(rows, treeHash{tree, base + int64(k), v[:]})
		}
	}
	return insertAll(tx, "tree_hash", rows)
}

type treeHash struct {
	Tree string `db:"tree"`
	I    int64  `db:"i"`
	Hash []byte `db:"hash"`
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

// newest is the last head of a tree; one of size 0 if none was signed.
func (tx *Tx) newest(tree string) (Head, error) {
	h, err := One[Head](tx, `select `+Columns[Head]("")+` from tree_head where tree = $1 order by size desc limit 1`, tree)
	if err == ErrNoRow {
		err = nil
	}
	return h, err
}

// keepHead keeps a head of the other log beside one's own. Where both lie in one
// database it is there already.
func (tx *Tx) keepHead(h Head) error {
	if h.Size == 0 {
		return nil
	}
	_, err := tx.exec(InsertText[Head]("tree_head")+` on conflict do nothing`, Values(h)...)
	return err
}

// heads are all that were signed over a tree, wherever they are kept, the first
// one first.
func (d *DB) heads(ctx context.Context, tree string) (all []Head, err error) {
	for _, p := range []*pool{d.read, d.log} {
		err := d.run(ctx, p, func(tx *Tx) error {
			some, err := All[Head](tx, `select `+Columns[Head]("")+` from tree_head where tree = $1`, tree)
			all = append(all, some...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b Head) int { return cmp.Or(cmp.Compare(a.Size, b.Size), bytes.Compare(a.Text(), b.Text())) })
	return slices.CompactFunc(all, func(a, b Head) bool {
		return a.Size == b.Size && bytes.Equal(a.Text(), b.Text()) && bytes.Equal(a.Signature, b.Signature)
	}), nil
}

// A Verdict is what verifying a log found.
type Verdict struct {
	Tree     string
	Size     int64  // leaves in the tree, or rows of the log if they are no tree
	Unsealed int64  // looks committed and not yet in the tree
	Heads    int    // checkpoints checked
	Problem  string // in words; "" when the log is whole
}

// VerifyLogs recomputes both trees from the rows they are made of and compares
// every stored hash and every signed head. check verifies a head's signature.
// It holds a part of a log at a time, however long the log is.
func (d *DB) VerifyLogs(ctx context.Context, check func(text, signature []byte) bool) ([]Verdict, error) {
	var out []Verdict
	changes, err := d.heads(ctx, changeTree)
	if err != nil {
		return nil, err
	}
	looks, err := d.heads(ctx, lookTree)
	if err != nil {
		return nil, err
	}
	err = d.run(ctx, d.read, func(tx *Tx) error {
		v, err := verify[Change](tx, changeTree, changes, func(c Change) int64 { return c.N }, check)
		out = append(out, v)
		return err
	})
	if err != nil {
		return out, err
	}
	err = d.run(ctx, d.log, func(tx *Tx) error {
		v, err := verify[LookEntry](tx, lookTree, looks, func(e LookEntry) int64 { return e.N }, check)
		if err != nil {
			return err
		}
		if v.Unsealed, err = One[int64](tx, `select count(*) from look where n < 0`); err != nil {
			return err
		}
		if v.Problem == "" {
			v.Problem, err = tx.subjectsProblem()
		}
		out = append(out, v)
		return err
	})
	return out, err
}

// verifyPart is how many rows verify holds at once.
var verifyPart = 4096

// A verifier grows a tree anew, holding no more of it than its right edge.
type verifier struct {
	tx    *Tx
	tree  string
	edge  hashes
	heads []Head // not yet checked
	check func(text, signature []byte) bool
	v     Verdict
}

// verify goes through a log part by part, its table being named as its tree.
func verify[T any](tx *Tx, tree string, heads []Head, number func(T) int64, check func(text, signature []byte) bool) (Verdict, error) {
	c := &verifier{tx: tx, tree: tree, edge: hashes{tx, tree, map[int64]tlog.Hash{}}, heads: heads, check: check, v: Verdict{Tree: tree}}
	err := rebuild(c, number)
	if err == nil && c.v.Problem != "" {
		c.v.Size, err = One[int64](tx, `select count(*) from `+tree+` where n >= 0`)
	}
	return c.v, err
}

func rebuild[T any](c *verifier, number func(T) int64) error {
	for {
		rows, err := All[T](c.tx, `select `+Columns[T]("")+` from `+c.tree+` where n >= $1 order by n limit $2`, c.v.Size, verifyPart)
		if err != nil {
			return err
		}
		leaves := make([][]byte, len(rows))
		for i, row := range rows {
			if want := c.v.Size + int64(i); number(row) != want {
				c.v.Problem = i18n.T("audit.problem.missing", "n", want)
				return nil
			}
			if leaves[i], err = json.Marshal(row); err != nil {
				return err
			}
		}
		if err := c.part(leaves); err != nil || c.v.Problem != "" {
			return err
		}
		if len(rows) < verifyPart {
			return c.end()
		}
	}
}

// part adds leaves and compares their hashes with the stored ones, and the
// heads signed on the way.
func (c *verifier) part(leaves [][]byte) error {
	if len(leaves) == 0 {
		return nil
	}
	from := tlog.StoredHashIndex(0, c.v.Size)
	to := tlog.StoredHashIndex(0, c.v.Size+int64(len(leaves)))
	type stored struct {
		I    int64  `db:"i"`
		Hash []byte `db:"hash"`
	}
	is, err := All[stored](c.tx, `select i, hash from tree_hash where tree = $1 and i >= $2 and i < $3 order by i`, c.tree, from, to)
	if err != nil {
		return err
	}
	for _, leaf := range leaves {
		add, err := tlog.StoredHashes(c.v.Size, leaf, c.edge)
		if err != nil {
			return err
		}
		base := tlog.StoredHashIndex(0, c.v.Size)
		for k, want := range add {
			i := base + int64(k)
			c.edge.new[i] = want
			if len(is) == 0 || is[0].I != i || string(want[:]) != string(is[0].Hash) {
				c.v.Problem = i18n.T("audit.problem.hash", "n", c.v.Size)
				return nil
			}
			is = is[1:]
		}
		c.v.Size++
		for len(c.heads) > 0 && c.heads[0].Size == c.v.Size {
			if err := c.head(c.heads[0]); err != nil || c.v.Problem != "" {
				return err
			}
			c.heads = c.heads[1:]
		}
	}
	c.edge.keep(c.v.Size)
	return nil
}

// keep forgets the hashes that a tree of this size needs no more to grow.
func (h hashes) keep(size int64) {
	edge := map[int64]bool{}
	for level, start := 62, int64(0); level >= 0; level-- {
		if size&(1<<level) != 0 {
			edge[tlog.StoredHashIndex(level, start>>level)] = true
			start += 1 << level
		}
	}
	maps.DeleteFunc(h.new, func(i int64, _ tlog.Hash) bool { return !edge[i] })
}

func (c *verifier) head(h Head) error {
	root, err := tlog.TreeHash(h.Size, c.edge)
	switch {
	case err != nil:
		return err
	case root.String() != h.Root:
		c.v.Problem = i18n.T("audit.problem.head", "size", h.Size)
	case c.check != nil && !c.check(h.Text(), h.Signature):
		c.v.Problem = i18n.T("audit.problem.signature", "size", h.Size)
	}
	c.v.Heads++
	return nil
}

// end says what is left over: heads signed over rows that are gone, rows and no
// head at all, hashes of no row.
func (c *verifier) end() error {
	if c.v.Size > 0 && c.v.Heads+len(c.heads) == 0 {
		c.v.Problem = i18n.T("audit.problem.unsigned", "n", c.v.Size)
		return nil
	}
	if len(c.heads) > 0 {
		c.v.Problem = i18n.T("audit.problem.cut", "signed", c.heads[len(c.heads)-1].Size, "size", c.v.Size)
		return nil
	}
	n, err := One[int64](c.tx, `select count(*) from tree_hash where tree = $1`, c.tree)
	if want := tlog.StoredHashCount(c.v.Size); err == nil && n != want {
		c.v.Problem = i18n.T("audit.problem.hashes", "stored", n, "want", want)
	}
	return err
}

// subjectsProblem compares the index of who looked at whom with the log: it is
// what a person is shown, and no leaf of the tree. Both are summed up in no
// order, each entry by its hash.
func (tx *Tx) subjectsProblem() (problem string, err error) {
	type entry struct {
		Subject string `db:"subject"`
		ID      string `db:"look_id"`
	}
	var log, index uint64
	sum := func(e entry) uint64 {
		h := sha256.Sum256([]byte(e.Subject + " " + e.ID))
		return binary.BigEndian.Uint64(h[:])
	}
	type look struct {
		ID       string `db:"id"`
		Subjects string `db:"subjects"`
	}
	err = each(tx, `select id, subjects from look`, nil, func(l look) error {
		names := strings.Fields(l.Subjects)
		slices.Sort(names)
		for _, s := range slices.Compact(names) {
			log += sum(entry{s, l.ID})
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	err = each(tx, `select subject, look_id from look_subject`, nil, func(e entry) error { index += sum(e); return nil })
	if log != index {
		problem = i18n.T("audit.problem.subjects")
	}
	return problem, err
}
