// A backup that waits to be put back: what the site asks of whoever keeps it.

package web

import (
	"context"
	"io"
	"time"

	"millwright/internal/plant"
)

// Restorer looks backups through and stages them. Errors are errs.Conflict when something else is under way, and
// errs.Invalid when it cannot be.
type Restorer interface {
	Standby() (Standby, error)
	CheckKept(ctx context.Context, name string, w RestoreWish, by plant.Person) error                 // has one that is kept looked through
	CheckSent(ctx context.Context, name string, from io.Reader, w RestoreWish, by plant.Person) error // keeps a file and has it looked through
	Stage(ctx context.Context, id string, by plant.Person, why string) error                          // has the next start put it in place
	TakeBack(ctx context.Context, id string, by plant.Person, why string) error
	Restart(ctx context.Context, by plant.Person, why string) error // has the program stop and start again
}

// RestoreWish is why a backup is looked through, and how the keys in it are had.
type RestoreWish struct {
	Why        string
	Passphrase string // "" is the one of this program
	Without    bool   // those of this program stay instead
}

// Standby is how far restoring has come.
type Standby struct {
	Checking string // what is being looked through; "" when nothing is
	Since    time.Time
	Refused  string   // why the last was not taken
	Waiting  *Waiting // nil when nothing waits
	Last     *Waiting // what was put in place last, if that is known
	Before   []string // folders with what was there before
}

// Waiting is a backup that was looked through.
type Waiting struct {
	ID            string
	Staged        bool // the next start puts it in place
	Name          string
	Made          time.Time
	Program       string // the version that made it
	Schema, Known int64
	Steps         []string // what brings its ledgers up to date
	Rows          int64
	Files         int
	Bytes         int64
	Keys          bool // it brings its keys along
	By, Why       string
	At            time.Time
	Aside         string // where what is there goes
	Failed        string // why the last start did not put it in place
	Placed        time.Time
}
