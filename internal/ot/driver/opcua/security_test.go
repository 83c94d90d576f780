package opcua_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/probe"
	"millwright/internal/ot/tag"
)

var (
	allPolicies = []string{"Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"}
	allModes    = []string{"Sign", "SignAndEncrypt"}
)

func good(s tag.Sample) bool { return s.Good() }

func is(v tag.Value) func(tag.Sample) bool {
	return func(s tag.Sample) bool { return s.Good() && s.Value == v }
}

func point(id tag.ID, address string) driver.Point {
	return driver.Point{Tag: id, Address: address, Interval: 50 * time.Millisecond}
}

// soon is how long a change may take on a busy test machine.
const soon = 20 * time.Second

// reads makes sure that a connection works: a session, a value, a write that comes back.
func reads(t *testing.T, cfg opcua.Config, value float64) {
	t.Helper()
	d := quick(t, cfg)
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("a"))})
	l.Wait(t, soon, 1, "good", good)
	if err := d.Write(t.Context(), at("a"), tag.FloatValue(value)); err != nil {
		t.Fatal(err)
	}
	l.Wait(t, soon, 1, "what was written", is(tag.FloatValue(value)))
	l.End(t)
}

// refused makes sure that no session comes about, and that the reason says all of these words.
func refused(t *testing.T, cfg opcua.Config, words ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	err := quick(t, cfg).Run(ctx, nil, func([]tag.Sample) {})
	if err == nil {
		t.Fatal("the session came about")
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error does not say %q: %v", w, err)
		}
	}
	t.Log(err)
}

// TestSecurity tries all that has to do with keys on one server.
func TestSecurity(t *testing.T) {
	t.Parallel()
	n := startNode(t, options{
		Policies: append([]string{"None"}, allPolicies...), Modes: append([]string{"None"}, allModes...),
		Limits: map[string]int{"maxMonitoredItemsPerCall": 700, "maxNodesPerRead": 300},
	})
	t.Run("at the same time", func(t *testing.T) {
		t.Run("keys are renewed", func(t *testing.T) {
			t.Parallel()
			keysAreRenewed(t, n)
		})
		t.Run("every policy and mode", func(t *testing.T) {
			t.Parallel()
			everyPolicyAndMode(t, n)
			users(t, n)
			trust(t, n)
		})
	})
	t.Run("thousands of items", func(t *testing.T) { thousandsOfItems(t, n) })
}

func everyPolicyAndMode(t *testing.T, n *nodeServer) {
	for i, policy := range allPolicies {
		for k, mode := range allModes {
			t.Run(policy+" "+mode, func(t *testing.T) {
				reads(t, secured(t, n.endpoint(), policy, mode), float64(10*i+k+1))
			})
		}
	}
}

func users(t *testing.T, n *nodeServer) {
	right := opcua.User{Name: "operator", Password: "s3cret ä"}
	mine := readPair(t, clientPair(t))
	for i, policy := range allPolicies {
		t.Run("name and password, "+policy, func(t *testing.T) {
			cfg := secured(t, n.endpoint(), policy, "SignAndEncrypt")
			cfg.User = right
			reads(t, cfg, float64(100+i))
		})
		t.Run("certificate, "+policy, func(t *testing.T) {
			cfg := secured(t, n.endpoint(), policy, "Sign")
			cfg.User = opcua.User{Pair: mine}
			reads(t, cfg, float64(200+i))
		})
	}
	t.Run("the password is encrypted even where the channel is open", func(t *testing.T) {
		cfg := secured(t, n.endpoint(), "None", "None")
		cfg.User = right
		reads(t, cfg, 300)
	})
	t.Run("a trial without security tells which there is", func(t *testing.T) {
		f := probe.Try(t.Context(), opcua.Config{Endpoint: n.endpoint()})
		if !f.OK || !strings.Contains(f.Next, "can read along") || strings.Contains(f.Next, "None/") {
			t.Errorf("%+v", f)
		}
		for _, policy := range allPolicies {
			for _, mode := range allModes {
				if !strings.Contains(f.Next, policy+"/"+mode) {
					t.Errorf("%s/%s is not told: %s", policy, mode, f.Next)
				}
			}
		}
		if f := probe.Try(t.Context(), secured(t, n.endpoint(), allPolicies[0], "Sign")); strings.Contains(f.Next, "can read along") {
			t.Errorf("what is secured: %+v", f)
		}
	})
	t.Run("and not for a server that is not trusted", func(t *testing.T) {
		refused(t, opcua.Config{Endpoint: n.endpoint(), User: right, Trust: t.TempDir()}, "is not trusted", "rejected")
	})
	t.Run("a wrong password", func(t *testing.T) {
		cfg := secured(t, n.endpoint(), "Basic256Sha256", "SignAndEncrypt")
		cfg.User = opcua.User{Name: "operator", Password: "wrong"}
		refused(t, cfg, `sign in as user "operator"`, "refuses", "password")
	})
}

func trust(t *testing.T, n *nodeServer) {
	t.Run("a server that is not known is refused before anything secret is said", func(t *testing.T) {
		cfg := secured(t, n.endpoint(), "Basic256Sha256", "SignAndEncrypt")
		pinned := filepath.Join(cfg.Trust, "trusted", "device.der")
		if err := os.Remove(pinned); err != nil {
			t.Fatal(err)
		}
		refused(t, cfg, "Test device", "is not trusted", filepath.Join(cfg.Trust, "rejected"), filepath.Join(cfg.Trust, "trusted"))
		kept, err := filepath.Glob(filepath.Join(cfg.Trust, "rejected", "*.der"))
		if err != nil || len(kept) != 1 {
			t.Fatalf("kept %v, %v", kept, err)
		}
		if err := os.Rename(kept[0], pinned); err != nil {
			t.Fatal(err)
		}
		reads(t, cfg, 400)
	})
}

func TestServerThatDoesNotTrustUsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	n := startNode(t, options{Policies: allPolicies, Modes: allModes, Distrust: true})
	cfg := secured(t, n.endpoint(), "Aes256_Sha256_RsaPss", "SignAndEncrypt")
	refused(t, cfg, "have it trust", cfg.Certificate)
}

func TestServerThatAsksForMore(t *testing.T) {
	t.Parallel()
	no := false
	n := startNode(t, options{Policies: allPolicies, Modes: allModes, Anonymous: &no, Sessions: 1})
	t.Run("a user", func(t *testing.T) {
		refused(t, secured(t, n.endpoint(), "Basic256Sha256", "Sign"), "sign in as anonymous user")
	})
	t.Run("patience, when all its sessions are taken", func(t *testing.T) {
		cfg := secured(t, n.endpoint(), "Basic256Sha256", "SignAndEncrypt")
		cfg.User = opcua.User{Name: "operator", Password: "s3cret ä"}
		l := drivertest.Begin(t, quick(t, cfg), []driver.Point{point(1, at("a"))})
		l.Wait(t, soon, 1, "good", good)
		refused(t, cfg, "all sessions of the server are taken")
		l.End(t)
	})
	t.Run("that a session which lost its subscription is given back", func(t *testing.T) {
		cfg := secured(t, n.endpoint(), "Basic256Sha256", "SignAndEncrypt")
		cfg.User = opcua.User{Name: "operator", Password: "s3cret ä"}
		l := drivertest.Begin(t, quick(t, cfg), []driver.Point{point(1, at("a"))})
		l.Wait(t, soon, 1, "good", good)
		n.do(t, drivertest.Command{Op: "forget"})
		l.Lose(t, 0, "the subscription is gone")
		n.do(t, drivertest.Command{Op: "set", Name: "a", Kind: "float", Value: "55"})
		l.Wait(t, soon, 1, "55, by the next session", is(tag.FloatValue(55)))
		l.End(t)
	})
	t.Run("security, and says which", func(t *testing.T) {
		refused(t, opcua.Config{Endpoint: n.endpoint()}, "does not offer security policy None", "Basic256Sha256/SignAndEncrypt")
	})
}

// keysAreRenewed runs through a few lives of the channel's keys without losing a change.
func keysAreRenewed(t *testing.T, n *nodeServer) {
	cfg := secured(t, n.endpoint(), "Aes128_Sha256_RsaOaep", "SignAndEncrypt")
	cfg.Lifetime, cfg.Watchdog = 3*time.Second, soon // a busy test machine is no fault
	d := quick(t, cfg)
	l := drivertest.Begin(t, d, []driver.Point{point(1, at("b"))})
	l.Wait(t, soon, 1, "good", good)
	began := time.Now()
	for i := 1; time.Since(began) < 7*time.Second; i++ {
		n.do(t, drivertest.Command{Op: "set", Name: "b", Kind: "float", Value: fmt.Sprint(i)})
		l.Wait(t, soon, 1, fmt.Sprint(i), is(tag.FloatValue(float64(i))))
	}
	if l.Losses() != 0 {
		t.Errorf("the session was lost: %v", l.Err())
	}
	l.End(t)
}

// thousandsOfItems makes more items than fit into one request of the server.
func thousandsOfItems(t *testing.T, n *nodeServer) {
	const count = 2500
	n.do(t, drivertest.Command{Op: "many", Value: fmt.Sprint(count)})
	cfg := secured(t, n.endpoint(), "Basic256Sha256", "SignAndEncrypt")
	cfg.Watchdog = soon // this is hard work for the server
	d := quick(t, cfg)
	points, addresses := make([]driver.Point, count), make([]string, count)
	for i := range points {
		addresses[i] = at(fmt.Sprintf("m%d", i))
		points[i] = driver.Point{Tag: tag.ID(i + 1), Address: addresses[i], Interval: 100 * time.Millisecond}
	}
	l := drivertest.Begin(t, d, points)
	for round := 1; round <= 2; round++ {
		least := float64(round)
		for i := range points {
			l.Wait(t, 3*soon, tag.ID(i+1), "a later round", func(s tag.Sample) bool {
				f, _ := s.Value.Float()
				return s.Good() && f >= least
			})
		}
	}
	samples, err := d.Read(t.Context(), addresses)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range samples {
		if !s.Good() {
			t.Fatalf("%s reads %v", addresses[i], s)
		}
	}
	if l.Losses() != 0 {
		t.Errorf("the session was lost: %v", l.Err())
	}
	l.End(t)
}
