package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Postgres is a server of the tests' own: in a folder of /tmp, reached by a socket in it, never by the network.
type Postgres struct {
	dir   string
	alive io.Closer // the server stops when this closes, also when the test is killed
	cmd   *exec.Cmd
}

// life is the shell that owns the server: it waits for the end of its input, which comes when the test ends in
// whatever way, then stops the server and removes its folder.
const life = `
bin=$1 dir=$2
shift 2
"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c checkpoint_timeout=1h \
	-c max_connections=200 -c shared_buffers=64MB -c log_min_messages=fatal "$@" >"$dir/log" 2>&1 </dev/null &
server=$!
read _
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$dir"
`

// StartPostgres makes and starts a server. It finds PostgreSQL's programs where Debian puts them, or on the PATH.
// Settings like "fsync=on" change what is fit for tests: by default nothing is brought to the disk.
func StartPostgres(settings ...string) (*Postgres, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "millwright-pg-")
	if err != nil {
		return nil, err
	}
	as, err := servant(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	initdb := append(slices.Clone(as), filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"),
		"-U", "millwright", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := run(initdb).CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out)), os.RemoveAll(dir))
	}
	shell := append(slices.Clone(as), "sh", "-c", life, "millwright-pg", bin, dir)
	for _, s := range settings {
		shell = append(shell, "-c", s)
	}
	p := &Postgres{dir: dir, cmd: run(shell)}
	if p.alive, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.answers(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		p.Stop()
		return nil, fmt.Errorf("start PostgreSQL: %w: %s", err, bytes.TrimSpace(log))
	}
	return p, nil
}

func run(words []string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), words[0], words[1:]...)
	cmd.Dir = "/"
	return cmd
}

// programs finds the folder of initdb and postgres; of several versions, the newest.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is sound
	if path, err := exec.LookPath("initdb"); err == nil && len(found) == 0 {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", errors.New("initdb is not there: apt-get install postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 where the folder has no number
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// servant is how to run a program as a user who may run PostgreSQL, which refuses root; the folder becomes theirs.
func servant(dir string) ([]string, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		return nil, err
	}
	runuser, err := exec.LookPath("runuser")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	return []string{runuser, "-u", who.Username, "--"}, os.Chown(dir, uid, -1)
}

// Empty makes a database without any table.
func (p *Postgres) Empty(t testing.TB) Database {
	t.Helper()
	return p.copy(t, "template1")
}

func (p *Postgres) copy(t testing.TB, template string) Database {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	if err := p.create(name, template); err != nil {
		t.Fatal(err)
	}
	return Database{p.DSN(name), t}
}

// DSN is the address of one of the server's databases.
func (p *Postgres) DSN(database string) string {
	return "postgres://millwright@/" + database + "?host=" + p.dir
}

// answers waits until the server does.
func (p *Postgres) answers() (err error) {
	for range 300 {
		if err = p.do("SELECT 1"); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// create makes a database as a copy of another.
func (p *Postgres) create(name, template string) error {
	if err := p.do("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		return fmt.Errorf("make database %s: %w", name, err)
	}
	return nil
}

func (p *Postgres) do(query string) error {
	db, err := sql.Open("pgx", p.DSN("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), query)
	return errors.Join(err, db.Close())
}

// Stop ends the server at once, as a crash would, and removes what it kept.
func (p *Postgres) Stop() {
	_ = p.alive.Close() // the shell sees the end of its input
	_ = p.cmd.Wait()    // how the shell ended is of no interest
}
