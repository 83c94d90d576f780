// Package standby holds a backup that waits to take the place of what lies in the data folder, which it does at a start.
package standby

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// What lies in the room of a data folder. The note is what counts: files without one are left over.
const (
	roomName   = "restore"
	noteName   = "note.json"
	filesName  = "files"
	uploadName = "upload.tar.gz"
)

// Phase is how far a backup has come.
type Phase string

// The phases, in their order.
const (
	Checked Phase = "checked" // all of it has proved to be right
	Staged  Phase = "staged"  // the next start puts it in place
	Moved   Phase = "moved"   // what was there is aside, and it is being put in place
	Placed  Phase = "placed"  // it is what the program runs on
)

// Note tells what waits. It is written in one step, and each step of the way is safe to be done twice.
type Note struct {
	ID      string       `json:"id"`
	Phase   Phase        `json:"phase"`
	Name    string       `json:"name"` // of the file it came from
	Made    time.Time    `json:"made"`
	Program string       `json:"program"` // the version that made it
	Schema  int64        `json:"schema"`  // of its database
	Rows    int64        `json:"rows"`
	Files   int          `json:"files"`
	Bytes   int64        `json:"bytes"`
	Keys    bool         `json:"keys"` // it brings them along
	By      plant.Person `json:"by"`   // who staged it, why and when
	Why     string       `json:"why"`
	At      time.Time    `json:"at"`
	Aside   string       `json:"aside"` // the folder in the data folder for what is there before
	Since   time.Time    `json:"since"` // when it was put in place
	Told    bool         `json:"told"`  // its ledgers know where they come from
	Failed  string       `json:"failed"`
}

func readNote(room string) (n Note, err error) {
	text, err := os.ReadFile(filepath.Join(room, noteName))
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return n, errs.New(errs.Invalid, "read what is to be restored: %w; remove %s to leave it", err, filepath.Join(room, noteName))
	}
	return n, nil
}

// write has the note on the disk, whole or as it was before.
func (n Note) write(room string) error {
	text, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(room, noteName)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return settle(room)
}

// drop takes the note away, and then what it told of.
func drop(room string) error {
	if err := os.Remove(filepath.Join(room, noteName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := settle(room); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(room, filesName))
}

// settle has on the disk which names a folder has.
func settle(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every system can; then it does so by itself
	return f.Close()
}
