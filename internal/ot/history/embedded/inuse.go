package embedded

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/tsdb/fileutil"
)

// InUse tells whether a program has the archive in a folder open. An archive that is not there is not in use.
func InUse(dir string) (bool, error) {
	path := filepath.Join(dir, "lock")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	lock, _, err := fileutil.Flock(path)
	if errors.Is(err, fs.ErrPermission) {
		return false, err
	}
	if err != nil {
		return true, nil //nolint:nilerr // what holds it says that it is held
	}
	return false, lock.Release()
}
