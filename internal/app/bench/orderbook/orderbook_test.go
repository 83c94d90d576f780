package orderbook_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"millwright/internal/app/bench/orderbook"
	"millwright/internal/store"
)

func TestTheOrderBookIsMeasured(t *testing.T) {
	var out strings.Builder
	if err := orderbook.Figures(t.Context(), orderbook.Options{Items: 100}, &out); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"100 items, 500 moves and 30 open orders", "MRP of ", "posting one move: p50", "on hand of an item", "list moves", "5 completions of 10 components", "count of 60 lines", "page of a bill of 60 lines", "the disk brings"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("%q is not measured:\n%s", words, out.String())
		}
	}
}

// TestManyMovesAreFilledInAsTheLedgerPostsThem keeps the database that is filled, verifies it and measures on it once more.
func TestManyMovesAreFilledInAsTheLedgerPostsThem(t *testing.T) {
	var out strings.Builder
	o := orderbook.Options{Items: 100, Lines: 1000, Moves: 20_000, Keep: t.TempDir()}
	if err := orderbook.Figures(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(o.Keep, "millwright.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.VerifyStock(t.Context()); err != nil || n < 20_000 {
		t.Errorf("%d moves: %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "MRP of 112 items, 500 lines") || !strings.Contains(out.String(), "100 items, 20500 moves") {
		t.Errorf("something else was filled in:\n%s", out.String())
	}
	out.Reset()
	if err := orderbook.Figures(t.Context(), o, &out); err != nil || strings.Contains(out.String(), "set up") || !strings.Contains(out.String(), "list moves, searched") {
		t.Errorf("measured again: %v\n%s", err, out.String())
	}
}
