package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strconv"
	"sync"
)

// A pool is a fixed number of connections, each with its own prepared
// statements (worth 1.3× on SQLite; pgx keeps its own). The one given back last
// is taken first: it knows the statements, and those never needed are never made. Transactions are begun
// and ended by statement, so that a cancelled caller can never make a later
// statement run outside the transaction.
type pool struct {
	db       *sql.DB
	begin    string
	prepared bool
	slots    chan struct{} // one for each connection that is free

	mu   sync.Mutex
	free []*conn
}

type conn struct {
	c      *sql.Conn // nil until first used, and after a failure
	stmts  map[string]*sql.Stmt
	failed error // of a statement in the present transaction
}

func newPool(db *sql.DB, begin string, size int, prepared bool) *pool {
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	p := &pool{db: db, begin: begin, prepared: prepared, slots: make(chan struct{}, size)}
	for range size {
		p.give(&conn{})
	}
	return p
}

func (p *pool) take(ctx context.Context) (*conn, error) {
	select {
	case <-p.slots:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	c := p.free[last]
	p.free = p.free[:last]
	return c, nil
}

func (p *pool) give(c *conn) {
	p.mu.Lock()
	p.free = append(p.free, c)
	p.mu.Unlock()
	p.slots <- struct{}{}
}

// run runs f in a transaction on one of the connections.
func (p *pool) run(ctx context.Context, f func(*conn) error) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	broken := false
	defer func() {
		if broken {
			c.discard()
		}
		p.give(c)
	}()
	if err := ctx.Err(); err != nil { // select takes either when both are ready
		return err
	}
	if c.c == nil {
		dc, err := p.db.Conn(ctx)
		if err != nil {
			return err
		}
		c.c, c.stmts = dc, map[string]*sql.Stmt{}
	}
	c.failed = nil
	// Never cancelled: it might have begun.
	if _, err := c.c.ExecContext(context.WithoutCancel(ctx), p.begin); err != nil {
		broken = true
		return err
	}
	end := "rollback"
	defer func() {
		if end == "rollback" {
			if _, err := c.c.ExecContext(context.WithoutCancel(ctx), end); err != nil {
				broken = true
			}
		}
	}()
	if err := f(c); err != nil {
		return err
	}
	if c.failed != nil { // PostgreSQL would answer a commit with a rollback, and not say so
		return c.failed
	}
	if _, err := c.c.ExecContext(context.WithoutCancel(ctx), "commit"); err != nil {
		return err
	}
	end = "commit"
	return nil
}

// discard closes the connection for good, with the statements and the
// transaction on it: database/sql knows of neither.
func (c *conn) discard() {
	for _, s := range c.stmts {
		s.Close()
	}
	_ = c.c.Raw(func(any) error { return driver.ErrBadConn }) // returns what it is given
	c.c.Close()
	c.c, c.stmts = nil, nil
}

func (c *conn) exec(ctx context.Context, p *pool, q string, args []any) (r sql.Result, err error) {
	defer func() { c.note(err) }()
	if !p.prepared {
		return c.c.ExecContext(ctx, q, args...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	// A single change is too short to be interrupted, and watching for it costs
	// a goroutine for each.
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

// note remembers the first error of a statement: its transaction is not committed.
func (c *conn) note(err error) {
	if c.failed == nil {
		c.failed = err
	}
}

func (c *conn) query(ctx context.Context, p *pool, q string, args []any) (rows *sql.Rows, err error) {
	defer func() { c.note(err) }()
	if !p.prepared {
		return c.c.QueryContext(ctx, q, args...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// maxStmts bounds the statements a connection keeps: lists build their text
// from the filters that are set.
const maxStmts = 512

func (c *conn) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if s, ok := c.stmts[q]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		for k, s := range c.stmts {
			s.Close()
			delete(c.stmts, k)
		}
	}
	s, err := c.c.PrepareContext(context.WithoutCancel(ctx), numbered(q))
	if err != nil {
		return nil, err
	}
	c.stmts[q] = s
	return s, nil
}

// numbered turns $1 into SQLite's parameters: into ? where they come in order,
// each once, and into ?1 elsewhere. ($1 itself is a name to SQLite, and the
// driver looks for every name and number among all the others: with the
// hundreds of a batch that would take longer than writing the rows.)
func numbered(q string) string {
	text, ordered := parameters(q, false)
	if !ordered {
		return text
	}
	text, _ = parameters(q, true)
	return text
}

// parameters rewrites the parameters of q, without their numbers if bare, and
// reports whether they come in order.
func parameters(q string, bare bool) (text string, ordered bool) {
	b := make([]byte, 0, len(q))
	next := 1
	ordered = true
	for i := 0; i < len(q); i++ {
		switch {
		case q[i] == '\'':
			start := i
			for i++; i < len(q) && q[i] != '\''; i++ {
			}
			b = append(b, q[start:min(i+1, len(q))]...)
		case q[i] == '$' && i+1 < len(q) && q[i+1] >= '0' && q[i+1] <= '9':
			n := 0
			for i+1 < len(q) && q[i+1] >= '0' && q[i+1] <= '9' {
				i++
				n = n*10 + int(q[i]-'0')
			}
			ordered = ordered && n == next
			next++
			if b = append(b, '?'); !bare {
				b = strconv.AppendInt(b, int64(n), 10)
			}
		default:
			b = append(b, q[i])
		}
	}
	return string(b), ordered
}

func (p *pool) close() error {
	for range cap(p.slots) {
		c, _ := p.take(context.Background())
		if c.c != nil {
			c.discard()
		}
	}
	return p.db.Close()
}
