package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// databases are the settings of the two that the program keeps its ledgers in.
func databases(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"sqlite": "", "postgres": fmt.Sprintf("database: %q\n", postgres(t))}
}

// startWith starts the program with settings and without a plant, and gives a token of an admin.
func startWith(t *testing.T, settings string) (*server, string) {
	t.Helper()
	listen, data, config := freePort(t), t.TempDir(), file(t, "millwright.yaml", settings)
	s := &server{t: t, bin: binary(t), url: "http://" + listen, data: data, args: []string{"serve", "--data", data, "--listen", listen, "--config", config}}
	s.start()
	t.Cleanup(func() { s.stop(syscall.SIGTERM) })
	return s, s.token("oracle", "admin", "--config", config)
}

// serving is a server of PostgreSQL that ends with the input of its shell, however the test ends.
const serving = `
bin=$1 dir=$2
"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=100 >"$dir/log" 2>&1 </dev/null &
server=$!
read _
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$dir"
`

// postgres starts a server of the test's own, reached by a socket in its folder, and gives its address.
func postgres(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		missing(t, "PostgreSQL")
	}
	slices.Sort(found)
	bin := filepath.Dir(found[len(found)-1])
	dir, err := os.MkdirTemp("", "millwright-e2e-pg-") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	var as []string
	if os.Getuid() == 0 { // it refuses to run as root
		who, err := user.Lookup("postgres")
		if err != nil {
			missing(t, "the user postgres")
		}
		uid, err := strconv.Atoi(who.Uid)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, uid, -1); err != nil {
			t.Fatal(err)
		}
		as = []string{"runuser", "-u", who.Username, "--"}
	}
	run := func(words ...string) *exec.Cmd {
		words = append(slices.Clone(as), words...)
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = "/"
		return cmd
	}
	if out, err := run(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "millwright", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v: %s", err, out)
	}
	shell := run("sh", "-c", serving, "millwright-pg", bin, dir)
	alive, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = alive.Close()
		_ = shell.Wait() // how it ended is of no interest
	})
	var said []byte
	for range 300 {
		if said, err = run(filepath.Join(bin, "psql"), "-h", dir, "-U", "millwright", "-d", "postgres", "-Atc", "SELECT 1").CombinedOutput(); err == nil && strings.TrimSpace(string(said)) == "1" {
			return "postgres://millwright@/postgres?host=" + dir
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	t.Fatalf("PostgreSQL does not answer: %v: %s %s", err, bytes.TrimSpace(said), log)
	return ""
}
