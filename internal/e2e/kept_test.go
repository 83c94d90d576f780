package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// kept are demos whose machines have told of their past and whose company stands, by their speed: every test that begins
// there has a copy. Nobody has come into them yet.
var kept sync.Map

type keptDemo struct {
	once sync.Once
	data string // "" when it could not be made
}

// keptIn is the folder of all of them.
var keptIn = filepath.Join(os.TempDir(), "millwright-kept-"+time.Now().Format("150405.000000"))

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(keptIn)
	os.Exit(code)
}

// startDemo starts a demo plant that has been going for a while, and waits until its machines are there.
func startDemo(t *testing.T, more ...string) *server {
	t.Helper()
	var speed []string
	if i := slices.Index(more, "--speed"); i >= 0 {
		speed = more[i : i+2]
	}
	made, _ := kept.LoadOrStore(slices.Concat(speed, []string{"1"})[len(speed)/2], &keptDemo{})
	k := made.(*keptDemo)
	k.once.Do(func() { k.make(t, speed) })
	if k.data == "" {
		t.Fatal("there is no demo to begin with: see the test that failed first")
	}
	data := filepath.Join(t.TempDir(), "data")
	if out, err := exec.Command("cp", "-a", k.data, data).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := runDemo(t, data, more...)
	token := s.token("first look", "viewer")
	s.eventually(time.Minute, "the machines to be there", func() bool { return s.connected(token) })
	return s
}

// make starts a demo on fresh data, and ends it when nothing is to come any more that only its start brings.
func (k *keptDemo) make(t *testing.T, speed []string) {
	if err := os.MkdirAll(keptIn, 0o700); err != nil {
		t.Fatal(err)
	}
	data, err := os.MkdirTemp(keptIn, "demo")
	if err != nil {
		t.Fatal(err)
	}
	s := runDemo(t, data, speed...)
	token := s.token("beginning", "viewer")
	s.eventually(3*time.Minute, "the demo's past to be told and its company to stand", func() bool { return s.connected(token) && s.standing(token) })
	s.stop(syscall.SIGTERM)
	if !t.Failed() {
		k.data = data
	}
}

// standing tells whether every line has made something, no job waits that has no work order, and the mill's log is its job's.
func (s *server) standing(token string) bool {
	for _, line := range []string{"filling-1", "filling-2", "assembly-1", "packing-1", "mill-1"} {
		var list jobList
		if err := s.fetch(token, "/api/v1/jobs?line="+line, &list); err != nil {
			return false
		}
		made := 0.0
		for _, j := range list.Jobs {
			made += j.Good
			if j.Status == "waiting" && j.Work == 0 {
				return false
			}
		}
		if made == 0 {
			return false
		}
	}
	var parked struct{ Parked []struct{ Line string } }
	if err := s.fetch(token, "/api/v1/parked", &parked); err != nil {
		return false
	}
	return !slices.ContainsFunc(parked.Parked, func(c struct{ Line string }) bool { return c.Line == "mill-1" })
}
