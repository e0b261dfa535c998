package db

import (
	"context"
	"database/sql"
)

// A pool is a fixed number of connections, each with its own prepared
// statements (worth 1.3× on SQLite; pgx keeps its own). Transactions are begun
// and ended by statement, so that a cancelled caller can never make a later
// statement run outside the transaction.
type pool struct {
	db       *sql.DB
	begin    string
	prepared bool
	free     chan *conn
}

type conn struct {
	c     *sql.Conn // nil until first used, and after a failure
	stmts map[string]*sql.Stmt
}

func newPool(db *sql.DB, begin string, size int, prepared bool) *pool {
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	p := &pool{db: db, begin: begin, prepared: prepared, free: make(chan *conn, size)}
	for range size {
		p.free <- &conn{}
	}
	return p
}

// run runs f in a transaction on one of the connections.
func (p *pool) run(ctx context.Context, f func(*conn) error) error {
	var c *conn
	select {
	case c = <-p.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	broken := false
	defer func() {
		if broken {
			c.c.Close()
			c.c, c.stmts = nil, nil
		}
		p.free <- c
	}()
	if c.c == nil {
		dc, err := p.db.Conn(ctx)
		if err != nil {
			return err
		}
		c.c, c.stmts = dc, map[string]*sql.Stmt{}
	}
	if _, err := c.c.ExecContext(ctx, p.begin); err != nil {
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
	if _, err := c.c.ExecContext(context.WithoutCancel(ctx), "commit"); err != nil {
		return err
	}
	end = "commit"
	return nil
}

func (c *conn) exec(ctx context.Context, p *pool, q string, args []any) (sql.Result, error) {
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

func (c *conn) query(ctx context.Context, p *pool, q string, args []any) (*sql.Rows, error) {
	if !p.prepared {
		return c.c.QueryContext(ctx, q, args...)
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

// numbered turns $1 into ?1: SQLite takes $1 for a name.
func numbered(q string) string {
	b := []byte(q)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '\'' {
			for i++; i < len(b) && b[i] != '\''; i++ {
			}
		} else if b[i] == '$' && b[i+1] >= '0' && b[i+1] <= '9' {
			b[i] = '?'
		}
	}
	return string(b)
}

func (p *pool) close() error {
	for range cap(p.free) {
		c := <-p.free
		if c.c != nil {
			c.c.Close()
		}
	}
	return p.db.Close()
}
