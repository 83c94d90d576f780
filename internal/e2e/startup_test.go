package e2e

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refused runs a command that must fail soon, and gives what it said.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, binary(t), args...).CombinedOutput()
	if err == nil || ctx.Err() != nil {
		t.Fatalf("%v was not refused (%v):\n%s", args, err, out)
	}
	if strings.Contains(string(out), "goroutine ") || strings.Contains(string(out), ".go:") {
		t.Errorf("a stack where a sentence belongs:\n%s", out)
	}
	return string(out)
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const onePlant = `
connections: [{id: plc, driver: opcua, endpoint: "opc.tcp://127.0.0.1:1", policy: None, mode: None}]
machines: {m: {tags: {state: {address: "ns=1;s=x"}}, signals: {state: state}}}
sites: [{id: s, zone: Europe/Berlin, areas: [{id: a, lines: [{id: l, units: [{id: u, connection: plc, machines: [m]}]}]}]}]
`

func TestAStartThatCannotBeSaysWhatWhereAndWhatToDo(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	data := func() string { return filepath.Join(t.TempDir(), "data") }
	corrupt := data()
	if err := os.MkdirAll(corrupt, 0o700); err != nil {
		t.Fatal(err)
	}
	garbage := []byte(strings.Repeat("this is no database ", 500))
	if err := os.WriteFile(filepath.Join(corrupt, "millwright.db"), garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	inFile := filepath.Join(file(t, "file", "x"), "data")

	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"unknown key":     {[]string{"serve", "--config", file(t, "c.yaml", "liten: x\n")}, []string{"c.yaml:1", `"liten" is unknown`}},
		"wrong type":      {[]string{"serve", "--config", file(t, "c.yaml", "history: {retention: soon}\n")}, []string{"c.yaml:1", "a time such as"}},
		"no such file":    {[]string{"serve", "--config", "/nowhere/c.yaml"}, []string{"/nowhere/c.yaml", "check the path"}},
		"duplicate unit":  {[]string{"serve", "--plant", file(t, "p.yaml", strings.Replace(onePlant, "units: [", "units: [{id: u}, ", 1))}, []string{"p.yaml", "stands already"}},
		"unknown flag":    {[]string{"serve", "--liten", "x"}, []string{"--liten", "--help"}},
		"port taken":      {[]string{"serve", "--data", data(), "--listen", taken.Addr().String()}, []string{taken.Addr().String(), "--listen"}},
		"no such address": {[]string{"serve", "--data", data(), "--listen", "192.0.2.1:80"}, []string{"192.0.2.1:80"}},
		"data in a file":  {[]string{"serve", "--data", inFile}, []string{inFile, "--data"}},
		"no provider":     {[]string{"serve", "--data", data(), "--config", file(t, "c.yaml", "oidc: {issuer: \"http://login.example\", client_secret: a secret}\n")}, []string{"oidc.issuer: ", "oidc.client_id: ", "oidc.roles: "}},
		"corrupt":         {[]string{"serve", "--data", corrupt, "--listen", "127.0.0.1:0"}, []string{filepath.Join(corrupt, "millwright.db")}},
		"no PostgreSQL":   {[]string{"serve", "--data", data(), "--config", file(t, "c.yaml", `database: "postgres://u:secret@127.0.0.1:1/d"`)}, []string{"127.0.0.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			said := refused(t, c.args...)
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
			if strings.Contains(said, "secret") {
				t.Errorf("the password is shown:\n%s", said)
			}
		})
	}
	kept, err := os.ReadFile(filepath.Join(corrupt, "millwright.db"))
	if err != nil || string(kept) != string(garbage) {
		t.Error("the corrupt database was written over")
	}
}

func TestTwoProgramsDoNotShareAFolder(t *testing.T) {
	t.Parallel()
	s := startFirst(t)
	said := refused(t, "serve", "--data", s.data, "--listen", freePort(t))
	if !strings.Contains(said, s.data) {
		t.Errorf("it does not name the folder:\n%s", said)
	}
}

func TestAMachineThatIsNotThereStopsNothing(t *testing.T) {
	t.Parallel()
	listen, data := freePort(t), t.TempDir()
	s := &server{t: t, bin: binary(t), url: "http://" + listen, data: data}
	s.args = []string{"serve", "--data", data, "--listen", listen, "--plant", file(t, "p.yaml", onePlant)}
	s.start()
	t.Cleanup(func() { s.stop(15) })
	token := s.token("reader", "viewer")
	var answer struct {
		Connections []struct {
			ID, Phase string
			Error     string `json:"lastError"`
		} `json:"connections"`
	}
	s.eventually(15*time.Second, "the connection's error", func() bool {
		return s.fetch(token, "/api/v1/connections", &answer) == nil && len(answer.Connections) == 1 && answer.Connections[0].Error != ""
	})
	if e := answer.Connections[0].Error; !strings.Contains(e, "127.0.0.1:1") || !strings.Contains(e, "make sure of the port") {
		t.Errorf("the error does not name the endpoint, and what to do: %q", e)
	}
	key := filepath.Join(data, "certificates", "own", "key.pem") // made on the first start, though nothing asked for it
	if _, err := os.Stat(key); err != nil {
		t.Error(err)
	}
	s.stop(15)
	if err := os.WriteFile(key, []byte("cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	if said := s.said(); !strings.Contains(said, "own certificate cannot be used") || !strings.Contains(said, key) {
		t.Errorf("a damaged key is not told:\n%s", said)
	}
	if text, err := os.ReadFile(key); err != nil || string(text) != "cut" {
		t.Errorf("the damaged key was replaced: %s, %v", text, err)
	}
}
