package standby

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/store"
)

// The parts of a data folder that a backup takes the place of. Backups, and what else lies there, stay.
const (
	ledgers      = "millwright.db"
	secretKey    = "secret.key"
	certificates = "certificates"
	samples      = "history"
)

// Place puts a staged backup in place, before anything of the folder is opened; what was there is moved aside. What was
// begun by a start that was killed is gone on with, and nothing is ever in neither place.
func Place(ctx context.Context, data string, log *slog.Logger) error {
	room := filepath.Join(data, roomName)
	n, err := readNote(room)
	if err != nil || n.Phase == "" || n.Phase == Checked || n.Phase == Placed {
		return errors.Join(err, tidy(room, n))
	}
	lock, err := space.Claim(room)
	if err != nil {
		return errs.New(errs.Conflict, "restore %s into %s: another program is at it (%w)", n.Name, data, err)
	}
	defer func() { _ = lock.Release() }()
	if err := embedded.Free(filepath.Join(data, samples)); err != nil {
		return err
	}
	m := move{data, filepath.Join(room, filesName), filepath.Join(data, n.Aside)}
	if n.Phase == Staged {
		if wrong := m.sound(ctx, n); wrong != nil {
			log.Error("a staged backup is not restored, and the program goes on with what is there", "backup", n.Name, "err", wrong)
			n.Phase, n.Failed = Checked, wrong.Error()
			return n.write(room)
		}
	}
	if err := m.all(&n, room); err != nil {
		return errs.New(errs.Unavailable, "restore %s into %s: %w; nothing is lost: what was there is in %s, and the next start goes on", n.Name, data, err, m.aside)
	}
	log.Info("a backup was restored", "backup", n.Name, "made", n.Made, "before", m.aside)
	return nil
}

// tidy removes what was left half done.
func tidy(room string, n Note) error {
	err := os.RemoveAll(filepath.Join(room, uploadName))
	if n.Phase != Checked {
		err = errors.Join(err, os.RemoveAll(filepath.Join(room, filesName)))
	}
	return err
}

// move is what is moved from where to where.
type move struct{ data, files, aside string }

// sound makes sure that this program can run on what is to be put in place: it may be another than the one that staged it.
func (m move) sound(ctx context.Context, n Note) error {
	t, err := store.Inspect(ctx, filepath.Join(m.files, ledgers))
	if err == nil && t.Schema != n.Schema {
		err = errs.New(errs.Invalid, "its ledgers are not those that were checked")
	}
	return err
}

func (m move) all(n *Note, room string) error {
	if n.Phase == Staged {
		if err := m.keepKeys(); err != nil {
			return err
		}
		if err := m.away(); err != nil {
			return err
		}
		n.Phase = Moved
		if err := n.write(room); err != nil {
			return err
		}
	}
	if err := m.in(); err != nil {
		return err
	}
	n.Phase, n.Since = Placed, time.Now().UTC()
	if err := n.write(room); err != nil {
		return err
	}
	return os.RemoveAll(m.files)
}

// keepKeys gives the backup the keys of this place where it brings none: a certificate goes with its key.
func (m move) keepKeys() error {
	kept := [][]string{{secretKey}}
	own := filepath.Join(certificates, "own")
	if _, err := os.Stat(filepath.Join(m.files, own, "key.pem")); errors.Is(err, fs.ErrNotExist) {
		kept = append(kept, []string{filepath.Join(own, "certificate.der"), filepath.Join(own, "key.pem")})
	}
	if _, err := os.Stat(filepath.Join(m.files, secretKey)); err == nil {
		kept = kept[1:]
	}
	for _, name := range slices.Concat(kept...) {
		text, err := os.ReadFile(filepath.Join(m.data, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		to := filepath.Join(m.files, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o700)
		}
		if err == nil {
			err = os.WriteFile(to+".new", text, 0o600)
		}
		if err == nil {
			err = os.Rename(to+".new", to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// away moves what is there aside, the ledgers first: a folder without them is no folder to start on.
func (m move) away() error {
	if err := os.MkdirAll(m.aside, 0o700); err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(m.data, ledgers+"*"))
	if err != nil {
		return err
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	for _, name := range append(names, secretKey, certificates, samples) {
		err := os.Rename(filepath.Join(m.data, name), filepath.Join(m.aside, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // it was moved before, or never was
			return err
		}
	}
	return errors.Join(settle(m.aside), settle(m.data))
}

// in moves the backup in, the ledgers last.
func (m move) in() error {
	for _, name := range []string{samples, certificates, secretKey, ledgers} {
		err := os.Rename(filepath.Join(m.files, name), filepath.Join(m.data, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // likewise
			return err
		}
	}
	return settle(m.data)
}
