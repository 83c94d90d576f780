// Package space is the folder of a history on the disk: whose it is, and how much room is left for it.
package space

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/prometheus/prometheus/tsdb/fileutil"

	"millwright/internal/errs"
)

// Claim makes the folder this program's until the lock is released.
func Claim(dir string) (fileutil.Releaser, error) {
	lock, _, err := fileutil.Flock(filepath.Join(dir, "lock"))
	if errors.Is(err, fs.ErrPermission) {
		return nil, errs.New(errs.Invalid, "open the history in %s: it may not be written (%w); let the user who runs Millwright read and write the folder and what is in it", dir, err)
	}
	if err != nil {
		return nil, errs.New(errs.Conflict, "open the history in %s: it is in use (%w); stop the program that has it open, or use another data folder", dir, err)
	}
	return lock, nil
}
