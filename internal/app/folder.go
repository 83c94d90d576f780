package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"millwright/config"
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

// database is the file in a data folder that holds the ledgers, unless they are kept elsewhere.
const database = "millwright.db"

// whole refuses a data folder whose ledgers are gone: made anew without a word they would count from nothing.
func whole(cfg config.Config) error {
	if cfg.Database != "" || !lived(inFolder(cfg.Data, "history")) {
		return nil
	}
	path := inFolder(cfg.Data, database)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil // there, or the store says what is wrong with it
	}
	return errs.New(errs.Invalid, "open database %s: the file is gone, but the history of samples beside it is there; put the file back or restore a backup, or move %s away too to begin anew",
		path, inFolder(cfg.Data, "history"))
}

// lived tells whether samples were kept in a history: it has a block of them, or a log that is not empty.
func lived(history string) bool {
	blocks, err := filepath.Glob(filepath.Join(history, "*", "meta.json"))
	if err != nil || len(blocks) > 0 {
		return true
	}
	logs, _ := filepath.Glob(filepath.Join(history, "wal", "*")) // its only error is of the pattern
	return slices.ContainsFunc(logs, func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.Size() > 0
	})
}
