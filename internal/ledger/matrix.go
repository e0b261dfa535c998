package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A MatrixQuery says which part of the matrix: from the towns of a county to
// its towns, or from the villages of a town to the villages of another.
type MatrixQuery struct {
	From, To  string // a county or a town; "" is the actor's county
	Programme string
	Period
}

// An Axis is a place at the side of a matrix.
type Axis struct{ Code, Name string } // Outside: everywhere outside the county

// A Matrix is how many moved from where to where (流向矩阵): who stayed in a
// place stands on the diagonal.
type Matrix struct {
	From, To string
	Rows     []Axis
	Columns  []Axis
	Cells    map[[2]string]Sum // by row and column code
}

// Row is the sum of a row, or of all for "".
func (m Matrix) Row(code string) (n Sum) {
	for at, c := range m.Cells {
		if code == "" || at[0] == code {
			n = n.add(c)
		}
	}
	return n
}

// Column is the sum of a column.
func (m Matrix) Column(code string) (n Sum) {
	for at, c := range m.Cells {
		if at[1] == code {
			n = n.add(c)
		}
	}
	return n
}

// Matrix counts who moved from where to where. Whoever does not answer for the
// county sees what begins or ends in the own area. It names nobody.
func (s *Service) Matrix(ctx context.Context, by actor.Actor, q MatrixQuery) (m Matrix, err error) {
	scope, err := policy.Predicate(by, policy.FlowRead)
	if err != nil {
		return m, err
	}
	if err := q.complete(by); err != nil {
		return m, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { m, err = matrix(tx, scope, q); return err })
	return m, err
}

func (q *MatrixQuery) complete(by actor.Actor) error {
	home := ""
	for _, p := range by.Paths {
		home = county(p)
	}
	for _, p := range []*string{&q.From, &q.To} {
		if *p == "" {
			*p = home
		}
		if !strings.HasPrefix(*p, home) || len(*p) != 6 && len(*p) != 9 {
			return fault.New(fault.NotFound, "policy.not_found")
		}
	}
	var f fault.Fields
	q.check(&f)
	return f.Err()
}

// cellRow is one cell as it is counted.
type cellRow struct {
	From string `db:"a"`
	To   string `db:"b"`
	Sum
}

func matrix(tx *db.Tx, scope policy.Scope, q MatrixQuery) (m Matrix, err error) {
	rest := flows(q.Period)
	in := func(col string) (string, []any) { return scope.WhereOn(policy.At, col, "") }
	from, fromArgs := in("f.from_path")
	to, toArgs := in("f.to_path")
	rest.Add("and ("+from+" or "+to+")", append(fromArgs, toArgs...)...)
	for col, code := range map[string]string{"from_path": q.From, "to_path": q.To} {
		if len(code) > 6 { // of a county, all: who came to it or left it too
			there, args := inside(col, []string{code})
			rest.Add("and "+there, args...)
		}
	}
	programme(rest, q.Programme)
	part := func(code string) int { return len(code) + 3 }
	rows, err := db.All[cellRow](tx, fmt.Sprintf(`select substr(e.from_path, 1, %d) as a, substr(e.to_path, 1, %d) as b, count(*) as moves, cast(sum(e.n) as bigint) as people from %s as e group by 1, 2`,
		part(q.From), part(q.To), grouped("", rest)), rest.Args()...)
	if err != nil {
		return m, err
	}
	x, err := division.Load(tx)
	if err != nil {
		return m, err
	}
	m = Matrix{From: q.From, To: q.To, Cells: map[[2]string]Sum{}}
	for _, r := range rows {
		at := [2]string{at(q.From, r.From), at(q.To, r.To)}
		m.Cells[at] = m.Cells[at].add(r.Sum)
	}
	m.Rows, m.Columns = axis(x, q.From, m.Cells, 0), axis(x, q.To, m.Cells, 1)
	return m, nil
}

// at is the code a place counts under: itself, or Outside.
func at(under, code string) string {
	if !strings.HasPrefix(code, county(under)) {
		return Outside
	}
	return code
}

// axis is every place below a division, by code, with those that somebody
// moved from or to and that are there no more; outside comes last.
func axis(x *division.Index, under string, cells map[[2]string]Sum, side int) (all []Axis) {
	codes := map[string]bool{}
	for _, d := range x.Children(under) {
		codes[d.Code] = true
	}
	for c := range cells {
		codes[c[side]] = true
	}
	outside := codes[Outside]
	delete(codes, Outside)
	for code := range codes {
		all = append(all, Axis{code, x.Name(code)})
	}
	slices.SortFunc(all, func(a, b Axis) int { return strings.Compare(a.Code, b.Code) })
	if outside {
		all = append(all, Axis{Outside, ""})
	}
	return all
}

// A Station is a police station with the area it answers for.
type Station struct {
	Name  string
	Place []string
}

// Stations are the police stations that answer for places in the actor's area.
func (s *Service) Stations(ctx context.Context, by actor.Actor) (all []Station, err error) {
	if _, err := policy.Predicate(by, policy.LedgerRead); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err = stations(tx, by, calendar.On(tx.Now()))
		return err
	})
	return all, err
}

func stations(tx *db.Tx, by actor.Actor, on calendar.Date) (all []Station, err error) {
	type row struct {
		Office string `db:"office"`
		Path   string `db:"path"`
	}
	rows, err := db.All[row](tx, `select distinct office, path from post where kind = 'registrar' and superseded_at = 0 and valid_from <= $1 and valid_to > $1 order by office, path`, string(on))
	for _, r := range rows {
		if !by.Over(r.Path) {
			continue
		}
		if n := len(all); n > 0 && all[n-1].Name == r.Office {
			all[n-1].Place = append(all[n-1].Place, r.Path)
			continue
		}
		all = append(all, Station{r.Office, []string{r.Path}})
	}
	return all, err
}
