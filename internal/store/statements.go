// Questions that are asked again and again, and understood once.

package store

import (
	"context"
	"database/sql"
	"sync"
)

const (
	mostStatements   = 256   // so many in each of two rounds
	longestStatement = 2_000 // letters: a longer one names many things, and hardly comes again
)

// statements is a pool that keeps what it asks prepared. Those that are not asked for a whole round are let go.
type statements struct {
	*sql.DB
	mu          sync.Mutex
	now, before map[string]*sql.Stmt
}

func newStatements(pool *sql.DB) *statements {
	return &statements{DB: pool, now: map[string]*sql.Stmt{}}
}

// QueryContext asks a question.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if kept := s.of(ctx, query); kept != nil { //nolint:sqlclosecheck // others ask with it too
		return kept.QueryContext(ctx, args...)
	}
	return s.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext asks a question that has one row for an answer.
func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if kept := s.of(ctx, query); kept != nil { //nolint:sqlclosecheck // others ask with it too
		return kept.QueryRowContext(ctx, args...)
	}
	return s.DB.QueryRowContext(ctx, query, args...)
}

// of gives the statement of a question; nil when there is none, and whoever asks will hear why.
func (s *statements) of(ctx context.Context, query string) *sql.Stmt {
	if len(query) > longestStatement {
		return nil
	}
	if kept := s.known(query); kept != nil {
		return kept
	}
	made, err := s.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	return s.keep(query, made)
}

// known finds a statement that is kept, which takes it into this round.
func (s *statements) known(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.now[query]; kept != nil {
		return kept
	}
	kept := s.before[query]
	if kept != nil {
		delete(s.before, query)
		s.now[query] = kept
	}
	return kept
}

// keep remembers a statement, unless another was quicker. A full round ends, and what only the one before it had is let go.
func (s *statements) keep(query string, made *sql.Stmt) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.now[query]; kept != nil {
		_ = made.Close() // nobody has it
		return kept
	}
	if len(s.now) >= mostStatements {
		for _, old := range s.before {
			_ = old.Close() // whoever still reads its rows goes on
		}
		s.now, s.before = map[string]*sql.Stmt{}, s.now
	}
	s.now[query] = made
	return made
}
