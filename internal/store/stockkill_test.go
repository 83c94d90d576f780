package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/store"
)

// moveForEver lets two storekeepers move the same stock at once, and says so after each commit: every posting takes two in
// and three out, so that now and then there is too little, and the posting is refused wholly.
func moveForEver(dsn string) {
	s, err := store.Open(context.Background(), dsn, quiet())
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	var all sync.WaitGroup
	for keeper := range 2 {
		all.Go(func() {
			for i := 0; ; i++ {
				p := stock.Posting{Key: fmt.Sprintf("%d/%d", keeper, i), By: anna, Moves: []stock.Move{bought(1, 2, 6), sold(1, 3)}}
				if i%3 == 0 {
					p.Moves = p.Moves[:1]
				}
				switch _, err := s.Stock().Post(context.Background(), p); {
				case err == nil:
					fmt.Println(p.Key, len(p.Moves))
				case errs.KindOf(err) != errs.Conflict:
					fmt.Println("post:", err)
					os.Exit(1)
				}
			}
		})
	}
	all.Wait()
}

// TestStorekeepersWhoAreKilledLeaveAWholeLedger: after kill -9 in the middle of it every posting that was acknowledged is
// there, each wholly or not at all; balances are the sums of moves, none is below nothing, and the value ties out.
func TestStorekeepersWhoAreKilledLeaveAWholeLedger(t *testing.T) {
	for name, open := range onBoth {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			s, err := store.Open(t.Context(), db.DSN, quiet())
			must(t, err)
			goods(t, db, 1, "none", "fifo", 0)
			must(t, s.Close())
			self, err := os.Executable()
			must(t, err)
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), "STORE_TEST_MOVERS="+db.DSN)
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			acknowledged, keepers, killed := map[string]int{}, map[string]bool{}, false
			for lines := bufio.NewScanner(out); lines.Scan(); {
				key, moves := "", 0
				if _, err := fmt.Sscan(lines.Text(), &key, &moves); err != nil {
					t.Errorf("the storekeepers said %q", lines.Text())
					break
				}
				acknowledged[key] = moves
				keepers[key[:1]] = true
				if !killed && (len(acknowledged) >= 80 && len(keepers) == 2 || len(acknowledged) == 4000) {
					killed = true
					must(t, cmd.Process.Kill())
				}
			}
			if err := cmd.Wait(); err == nil || len(keepers) != 2 {
				t.Errorf("they ended by themselves, or only %v moved: %v", keepers, err)
			}
			s = db.Open()
			proven(t, s)
			moves, below := int64(0), int64(0)
			must(t, db.Raw().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM stock_move").Scan(&moves))
			must(t, db.Raw().QueryRowContext(t.Context(), fmt.Sprintf("SELECT COUNT(*) FROM stock_balance WHERE place = %d AND qty < 0", stock.Warehouse)).Scan(&below))
			least := int64(0)
			for _, n := range acknowledged {
				least += int64(n)
			}
			if moves < least || moves > least+4 || below != 0 {
				t.Errorf("%d moves were acknowledged, %d are there; %d balances are below nothing", least, moves, below)
			}
			for key, n := range acknowledged { // again it moves nothing
				p := stock.Posting{Key: key, By: anna, Moves: []stock.Move{bought(1, 2, 6), sold(1, 3)}[:n]}
				_, err := s.Stock().Post(t.Context(), p)
				must(t, err)
			}
			again := int64(0)
			must(t, db.Raw().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM stock_move").Scan(&again))
			tie, err := s.Accounts().TieOut(t.Context())
			must(t, err)
			if again != moves || len(tie.Differences) > 0 {
				t.Errorf("%d moves became %d; %s", moves, again, strings.TrimSpace(fmt.Sprint(tie.Differences)))
			}
		})
	}
}
