package shelf

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/tsdb"
)

// checkBlocks refuses a folder with a block that the store would leave out without a word.
func checkBlocks(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		id, err := ulid.ParseStrict(e.Name())
		if err != nil || !e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name(), "meta.json")
		if err := checkMeta(path, id); err != nil {
			return fmt.Errorf("the block %s is damaged: %s: %w; put it back from a backup, or move the block's folder away and lose what is in it", e.Name(), path, err)
		}
	}
	return nil
}

func checkMeta(path string, id ulid.ULID) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var meta tsdb.BlockMeta
	if err := json.Unmarshal(text, &meta); err != nil {
		return err
	}
	if meta.ULID != id || meta.Version != 1 {
		return fmt.Errorf("it describes block %s in version %d", meta.ULID, meta.Version)
	}
	return nil
}

// checkLogs refuses a folder whose log is gone while samples that only make sense with it are there: the names of
// their series stand in it alone, and without them the store would leave the samples out and later drop them.
func checkLogs(dir string) error {
	log := filepath.Join(dir, "wal")
	if size, err := weigh(log); size > 0 || err != nil {
		return err
	}
	for _, name := range []string{"wbl", packedFolder} {
		size, err := weigh(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if size > 0 {
			return fmt.Errorf("the log %s is missing or empty, but %s has samples that cannot be read without it; put it back from a backup, or move %s and %s away too and lose the samples that are in no block yet",
				log, name, filepath.Join(dir, "wbl"), filepath.Join(dir, packedFolder))
		}
	}
	return nil
}

// weigh adds up the files in a folder and below; a folder that is not there weighs nothing. A checkpoint weighs
// something even when no record is left in it.
func weigh(folder string) (size int64, err error) {
	err = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err):
			return nil
		case err != nil:
			return err
		case e.IsDir():
			if path != folder {
				size++
			}
			return nil
		}
		info, err := e.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
