package app

import (
	"errors"
	"os"
	"path/filepath"

	"millwright/internal/errs"
)

// folder makes the data folder ready: there, a folder, writable, and closed to other users of the machine.
func folder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return errs.New(errs.Invalid, "data folder %s cannot be made; name another with --data or mend its permissions: %w", path, err)
	}
	probe, err := os.CreateTemp(path, ".writable-*")
	if err != nil {
		return errs.New(errs.Invalid, "data folder %s cannot be written to; name another with --data or mend its permissions: %w", path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func inFolder(data string, parts ...string) string {
	return filepath.Join(append([]string{data}, parts...)...)
}
