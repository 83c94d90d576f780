package standby

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/app/backup"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/internal/web"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var (
	quiet = slog.New(slog.DiscardHandler)
	ada   = plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// place is a data folder with a backup of its first evening: since then somebody was added, and a key was changed.
type place struct {
	data  string
	store *store.Store
	rack  *backup.Rack
	kept  string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{data: filepath.Join(t.TempDir(), "data")}
	must(t, os.MkdirAll(filepath.Join(p.data, "certificates", "own"), 0o700))
	must(t, os.MkdirAll(filepath.Join(p.data, "history"), 0o700))
	p.write(t, "certificates/own/certificate.der", "first")
	p.write(t, "certificates/own/key.pem", "first key")
	p.write(t, "secret.key", "first secret")
	p.open(t)
	p.add(t, "Ada")
	_, err := p.rack.Make(t.Context())
	must(t, err)
	s, err := p.rack.State()
	must(t, err)
	p.kept = s.Kept[0].Name
	p.add(t, "Bert")
	p.write(t, "certificates/own/certificate.der", "second")
	p.write(t, "certificates/own/key.pem", "second key")
	return p
}

func (p *place) write(t testing.TB, name, text string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(p.data, name), []byte(text), 0o600))
}

func (p *place) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(p.data, name)) // "" when it is not there
	return string(text)
}

func (p *place) open(t testing.TB) {
	t.Helper()
	var err error
	p.store, err = store.Open(context.Background(), "sqlite:"+filepath.Join(p.data, ledgers), quiet)
	must(t, err)
	t.Cleanup(func() { _ = p.store.Close() })
	p.rack = backup.NewRack(backup.Source{Data: p.data, Store: p.store, Program: "test", Now: time.Now}, "", 9, quiet)
}

func (p *place) add(t testing.TB, name string) {
	t.Helper()
	_, err := p.store.Vault().AddUser(t.Context(), access.User{Name: name, Hash: "x", Role: plant.Admin}, plant.Program(), "")
	must(t, err)
}

// people are the users, by name.
func (p *place) people(t testing.TB) string {
	t.Helper()
	all, err := p.store.Vault().Users(t.Context())
	must(t, err)
	var names []string
	for _, u := range all {
		names = append(names, u.Name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (p *place) desk(t testing.TB) *Desk {
	t.Helper()
	d, err := Open(t.Context(), Setting{
		Data: p.data, Kind: p.store.Kind(), Kept: p.rack.Open, Audit: p.store.Audit().Append, Restored: p.store.Restored,
		Newest: store.Schema, Steps: store.Steps, Again: func() {}, Now: time.Now, Log: quiet,
	})
	must(t, err)
	return d
}

// looked has what was asked for looked through.
func (d *Desk) looked(t testing.TB) web.Standby {
	t.Helper()
	n, err := d.check(t.Context(), <-d.asked)
	d.ended(n, err)
	s, err := d.Standby()
	must(t, err)
	return s
}

// staged has the backup staged, and the program stopped.
func (p *place) staged(t testing.TB) {
	t.Helper()
	d := p.desk(t)
	must(t, d.CheckKept(t.Context(), p.kept, web.RestoreWish{}, ada))
	s := d.looked(t)
	if s.Waiting == nil || s.Waiting.Staged || s.Waiting.Keys || len(s.Waiting.Steps) > 0 {
		t.Fatalf("%+v", s)
	}
	must(t, d.Stage(t.Context(), s.Waiting.ID, ada, "the import was wrong"))
	must(t, p.store.Close())
}

// restored checks that the folder is as the backup has it, and that what was there is aside.
func (p *place) restored(t testing.TB) {
	t.Helper()
	p.open(t)
	if got := p.people(t); got != "Ada" {
		t.Errorf("after it is restored there are %s", got)
	}
	for name, want := range map[string]string{"certificates/own/certificate.der": "second", "certificates/own/key.pem": "second key", "secret.key": "first secret"} {
		if got := p.read(name); got != want {
			t.Errorf("%s is %q: a key that the backup has not stays, with its certificate", name, got)
		}
	}
	d := p.desk(t)
	s, err := d.Standby()
	must(t, err)
	if s.Last == nil || s.Waiting != nil || len(s.Before) != 1 || s.Last.Aside != s.Before[0] {
		t.Fatalf("%+v", s)
	}
	all, err := p.store.Audit().Find(t.Context(), access.Search{})
	must(t, err)
	if e := all[0]; e.What != "backup.restore" || e.Who.Name != "Ada" || e.Why != "the import was wrong" || e.On != p.kept {
		t.Errorf("%+v", e)
	}
	p.desk(t)
	if again, err := p.store.Audit().Find(t.Context(), access.Search{}); err != nil || len(again) != len(all) {
		t.Errorf("a later start tells it again: %v", err)
	}
	before := &place{data: s.Before[0]}
	before.open(t)
	if got := before.people(t); got != "Ada Bert" {
		t.Errorf("aside there are %s", got)
	}
	if _, err := os.Stat(filepath.Join(p.data, roomName, filesName)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was staged is left over: %v", err)
	}
}

func TestAStagedBackupTakesItsPlaceAtTheNextStart(t *testing.T) {
	p := newPlace(t)
	p.staged(t)
	for range 2 { // the second start finds nothing to do
		must(t, Place(t.Context(), p.data, quiet))
	}
	p.restored(t)
}

// TestAKillAnywhereLosesNothing: after each single step the program is killed, and started again.
func TestAKillAnywhereLosesNothing(t *testing.T) {
	away := []string{ledgers, secretKey, certificates, samples}
	for steps := range 2*len(away) + 1 {
		t.Run(fmt.Sprint(steps), func(t *testing.T) {
			p := newPlace(t)
			p.staged(t)
			room := filepath.Join(p.data, roomName)
			n, err := readNote(room)
			must(t, err)
			m := move{p.data, filepath.Join(room, filesName), filepath.Join(p.data, n.Aside)}
			must(t, m.keepKeys())
			must(t, os.MkdirAll(m.aside, 0o700))
			for i := range steps {
				if i < len(away) {
					must(t, os.Rename(filepath.Join(m.data, away[i]), filepath.Join(m.aside, away[i])))
					continue
				}
				if n.Phase == Staged {
					n.Phase = Moved
					must(t, n.write(room))
				}
				name := []string{samples, certificates, secretKey, ledgers}[i-len(away)]
				if err := os.Rename(filepath.Join(m.files, name), filepath.Join(m.data, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
					t.Fatal(err)
				}
			}
			must(t, Place(t.Context(), p.data, quiet))
			p.restored(t)
		})
	}
}

// TestAKillWhileItIsLookedThroughLeavesNothing: only the note counts.
func TestAKillWhileItIsLookedThroughLeavesNothing(t *testing.T) {
	p := newPlace(t)
	room := filepath.Join(p.data, roomName)
	must(t, os.MkdirAll(filepath.Join(room, filesName, "history"), 0o700))
	must(t, os.WriteFile(filepath.Join(room, uploadName), []byte("half"), 0o600))
	must(t, Place(t.Context(), p.data, quiet))
	if left, _ := os.ReadDir(room); len(left) > 0 || p.people(t) != "Ada Bert" {
		t.Errorf("left: %v", left)
	}
}

func TestWhatIsStagedIsTakenBack(t *testing.T) {
	p := newPlace(t)
	p.staged(t)
	p.open(t)
	d := p.desk(t)
	s, err := d.Standby()
	must(t, err)
	if err := d.CheckKept(t.Context(), p.kept, web.RestoreWish{}, ada); errs.KindOf(err) != errs.Conflict || !strings.Contains(err.Error(), "take it back first") {
		t.Errorf("%v", err)
	}
	if err := d.TakeBack(t.Context(), "another", ada, ""); errs.KindOf(err) != errs.Conflict {
		t.Errorf("%v", err)
	}
	must(t, d.TakeBack(t.Context(), s.Waiting.ID, ada, "the old one will do"))
	if err := d.Stage(t.Context(), s.Waiting.ID, ada, "again"); errs.KindOf(err) != errs.Conflict {
		t.Errorf("what is gone is staged: %v", err)
	}
	if err := d.Restart(t.Context(), ada, ""); errs.KindOf(err) != errs.Conflict {
		t.Errorf("it starts again for nothing: %v", err)
	}
	must(t, Place(t.Context(), p.data, quiet))
	if got := p.people(t); got != "Ada Bert" {
		t.Errorf("there are %s", got)
	}
	if left, _ := os.ReadDir(filepath.Join(p.data, roomName)); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestWhatIsNoBackupIsRefusedAndNothingIsLeft(t *testing.T) {
	p := newPlace(t)
	d := p.desk(t)
	good, err := os.ReadFile(filepath.Join(p.data, "backups", p.kept))
	must(t, err)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 0x40
	for what, c := range map[string]struct {
		file []byte
		says string
	}{
		"foreign": {[]byte("hello, this is a text and no backup"), "no file that Millwright packed"},
		"cut off": {good[:len(good)-100], "cannot be restored"},
		"changed": {flipped, "cannot be restored"},
	} {
		must(t, d.CheckSent(t.Context(), what, bytes.NewReader(c.file), web.RestoreWish{}, ada))
		s := d.looked(t)
		if s.Waiting != nil || !strings.Contains(s.Refused, c.says) || !strings.HasPrefix(s.Refused, what) {
			t.Errorf("%s: %+v", what, s)
		}
		if left, _ := os.ReadDir(filepath.Join(p.data, roomName)); len(left) > 0 {
			t.Errorf("%s: left: %v", what, left)
		}
	}
	broken := io.MultiReader(bytes.NewReader(good[:100]), &failing{})
	if err := d.CheckSent(t.Context(), "broken", broken, web.RestoreWish{}, ada); err == nil {
		t.Error("what did not come whole is taken")
	}
	must(t, d.CheckSent(t.Context(), "good", bytes.NewReader(good), web.RestoreWish{}, ada))
	if s := d.looked(t); s.Waiting == nil || s.Waiting.Name != "good" || s.Refused != "" {
		t.Errorf("%+v", s)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestWhatCannotBeRunOnIsNotPutInPlace: the start goes on with what is there, and says so.
func TestWhatCannotBeRunOnIsNotPutInPlace(t *testing.T) {
	p := newPlace(t)
	p.staged(t)
	must(t, os.WriteFile(filepath.Join(p.data, roomName, filesName, ledgers), []byte("no database at all"), 0o600))
	must(t, Place(t.Context(), p.data, quiet))
	p.open(t)
	s, err := p.desk(t).Standby()
	if err != nil || p.people(t) != "Ada Bert" || s.Waiting == nil || s.Waiting.Staged || s.Waiting.Failed == "" {
		t.Errorf("%+v %v", s, err)
	}
}
