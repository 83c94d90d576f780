package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program under test: MILLWRIGHT_BIN, or the one `make build` left.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("MILLWRIGHT_BIN")
	if path == "" {
		path = filepath.Join("..", "..", "bin", "millwright")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the program is not built: run `make build` first (%v)", err)
	}
	return path
}

// missing says loudly what is not tested; under CI=true it fails.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing", what)
	}
	t.Skipf("SKIPPED: %s is missing", what)
}

// freePort gives an address at which nobody listens. It is below the ports that the system gives away by itself, so that
// none of its connections takes it before the program does, or between two runs of it.
func freePort(t *testing.T) string {
	t.Helper()
	var err error
	for range 100 {
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))); err == nil {
			defer func() { _ = l.Close() }()
			return l.Addr().String()
		}
	}
	t.Fatal(err)
	return ""
}

// server is one run of the program.
type server struct {
	t    *testing.T
	bin  string
	args []string
	url  string
	data string

	mu   sync.Mutex
	cmd  *exec.Cmd
	out  bytes.Buffer
	gone chan struct{}
}

// startFirst starts the demo plant on fresh data and waits until it is ready.
func startFirst(t *testing.T, more ...string) *server {
	t.Helper()
	return runDemo(t, t.TempDir(), more...)
}

// runDemo starts the demo plant on a data folder and waits until it is ready.
func runDemo(t *testing.T, data string, more ...string) *server {
	t.Helper()
	listen := freePort(t)
	s := &server{t: t, bin: binary(t), url: "http://" + listen, data: data}
	s.args = append([]string{"demo", "--data", data, "--listen", listen}, more...)
	s.start()
	t.Cleanup(func() {
		s.stop(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("the program said:\n%s", tail(s.said(), 6000))
		}
	})
	return s
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

func (s *server) start() {
	s.t.Helper()
	cmd := exec.Command(s.bin, s.args...)
	cmd.Stdout, cmd.Stderr = s, s
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	s.mu.Lock()
	s.cmd, s.gone = cmd, gone
	s.mu.Unlock()
	s.eventually(30*time.Second, "the program to be ready", func() bool {
		r, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
}

func (s *server) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

// stop ends the program by a signal and waits for it.
func (s *server) stop(sig syscall.Signal) {
	_ = s.cmd.Process.Signal(sig)
	select {
	case <-s.gone:
	case <-time.After(20 * time.Second):
		_ = s.cmd.Process.Kill()
		s.t.Errorf("the program did not stop within 20 s of %v", sig)
		<-s.gone
	}
}

// eventually waits for what takes some time; a machine that is busy may take three times as long.
func (s *server) eventually(within time.Duration, what string, holds func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(3 * within)
	for !holds() {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited %s for %s", 3*within, what)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

var setupLink = regexp.MustCompile(`http://\S+/setup/\S+`)

func (s *server) setupLink() string {
	s.t.Helper()
	link := ""
	s.eventually(10*time.Second, "the set-up link", func() bool {
		link = setupLink.FindString(s.said())
		return link != ""
	})
	return link
}

// command runs another command of the program on the same data folder.
func (s *server) command(stdin string, args ...string) string {
	s.t.Helper()
	cmd := exec.Command(s.bin, append(args, "--data", s.data)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

var secret = regexp.MustCompile(`mw_[A-Za-z0-9_-]{20,}`)

// token makes a token by the command line and gives its secret.
func (s *server) token(name, role string, more ...string) string {
	s.t.Helper()
	out := s.command("", append([]string{"token", "add", name, "--role", role}, more...)...)
	found := secret.FindString(out)
	if found == "" {
		s.t.Fatalf("no secret in %q", out)
	}
	return found
}

// get reads JSON of the API into v.
func (s *server) get(token, path string, v any) {
	s.t.Helper()
	if err := s.fetch(token, path, v); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) fetch(token, path string, v any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(bufio.NewReader(answer.Body))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s", path, answer.Status, tail(string(text), 500))
	}
	return json.Unmarshal(text, v)
}
