// Package backup is a data folder in one file, made while the program runs, and the way back.
package backup

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
)

// What a backup says of itself: the head is its first entry, the manifest its last, so that what is foreign is
// refused at once and what was cut off has no manifest.
const (
	headName     = "millwright-backup.json"
	manifestName = "manifest.json"
	format       = 1
	sealedSuffix = ".sealed"
	database     = "millwright.db"
)

// Head tells what a backup is.
type Head struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // the version that made it
	Schema  int64     `json:"schema"`  // of the database; 0 without one
	At      time.Time `json:"at"`
}

// Manifest tells what is in a backup, so that nothing can be missing, changed or added unseen.
type Manifest struct {
	Head
	Database string           `json:"database"`         // "sqlite", or "postgres": then the ledgers are not in it
	Rows     map[string]int64 `json:"rows"`             // of each table
	Files    []File           `json:"files"`            // in their order
	Salt     []byte           `json:"salt,omitempty"`   // of the passphrase that keys are sealed with
	LeftOut  []string         `json:"leftOut,omitzero"` // keys, when there was no passphrase
}

// File is one file of a backup.
type File struct {
	Path   string `json:"path"` // with slashes, from the data folder
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// rooms are what a backup may hold of a data folder.
var rooms = []string{"history", "certificates"}

// belongs tells whether a path may stand in a backup: it stays in the folder, and is something of ours.
func belongs(name string) bool {
	plain := strings.TrimSuffix(name, sealedSuffix)
	if name != path.Clean(name) || !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsAny(name, "\\\x00:") {
		return false
	}
	room, rest, deeper := strings.Cut(name, "/")
	return (deeper && rest != "" && slices.Contains(rooms, room)) || name == database || plain == secretKey
}

// secretKey is the file in a data folder that secrets in the ledgers are encrypted with.
const secretKey = "secret.key"

// secret tells whether a file is a key: it never stands in a backup as it is.
func secret(name string) bool {
	return name == secretKey || path.Ext(name) == ".key" || path.Ext(name) == ".pem"
}

// Told is a backup in a sentence.
func (m Manifest) Told() string {
	var bytes, rows int64
	for _, f := range m.Files {
		bytes += f.Size
	}
	for _, n := range m.Rows {
		rows += n
	}
	s := fmt.Sprintf("%d files, %d bytes, %d rows of %d tables, schema %d, made by %s on %s", len(m.Files), bytes, rows, len(m.Rows), m.Schema, m.Program, m.At.UTC().Format(time.RFC3339))
	if m.Database != "sqlite" {
		s += "\nthe ledgers are in PostgreSQL and not in it: back them up with pg_dump"
	}
	if len(m.LeftOut) > 0 {
		s += "\nwithout a passphrase keys are left out, keep them elsewhere: " + strings.Join(m.LeftOut, ", ")
	}
	return s
}

// refuse words why a file is not restored.
func refuse(why string, args ...any) error {
	return errs.New(errs.Invalid, "this backup cannot be restored: "+why, args...)
}
