package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

func pool(t *testing.T) *statements {
	t.Helper()
	db, err := sql.Open("sqlite", fileURI(filepath.Join(t.TempDir(), "s.db")))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(readers)
	t.Cleanup(func() { _ = db.Close() })
	return newStatements(db)
}

func TestManyQuestionsAreAnsweredWhileStatementsAreLetGo(t *testing.T) {
	s := pool(t)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 3 * mostStatements {
				var got, again int
				want := i + worker
				if err := s.QueryRowContext(t.Context(), fmt.Sprint("SELECT ? + ", i), worker).Scan(&got); err != nil || got != want {
					t.Errorf("question %d is answered %d, %v", i, got, err)
					return
				}
				if err := s.QueryRowContext(t.Context(), "SELECT 7").Scan(&again); err != nil || again != 7 {
					t.Errorf("what is asked always is answered %d, %v", again, err)
					return
				}
			}
		})
	}
	all.Wait()
	if n := len(s.now) + len(s.before); n > 2*mostStatements {
		t.Errorf("%d statements are kept", n)
	}
	if s.known("SELECT 7") == nil {
		t.Error("what is asked again and again is not kept")
	}
}

func TestRowsGoOnWhenTheirStatementIsLetGo(t *testing.T) {
	s := pool(t)
	rows, err := s.QueryContext(t.Context(), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for i := range 2*mostStatements + 1 {
		if s.of(t.Context(), fmt.Sprint("SELECT ", i)) == nil {
			t.Fatalf("statement %d is not kept", i)
		}
	}
	n := 0
	for rows.Next() {
		n++
	}
	if n != 1000 || rows.Err() != nil {
		t.Errorf("%d of 1000 rows, %v", n, rows.Err())
	}
}

func TestWhoGivesUpSpoilsNoStatement(t *testing.T) {
	s := pool(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var got int
	if err := s.QueryRowContext(gone, "SELECT 1").Scan(&got); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up hears %v", err)
	}
	if err := s.QueryRowContext(t.Context(), "SELECT 1").Scan(&got); err != nil || got != 1 {
		t.Errorf("the next hears %d, %v", got, err)
	}
	if err := s.QueryRowContext(t.Context(), "SELECT nothing").Scan(&got); err == nil {
		t.Error("nonsense is answered")
	}
}
