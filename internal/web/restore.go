package web

import (
	"path/filepath"
	"strings"

	"millwright/views/admin/system"
)

// restoring tells how a backup is put back: only by command, as the program that is restored must not run.
func restoring(data, database string, b Backups) system.Restore {
	if whole, err := filepath.Abs(data); err == nil { // a command may be given in another folder
		data = whole
	}
	aside := data + ".before"
	file := "FILE.tar.gz"
	if len(b.Kept) > 0 {
		file = b.Kept[0].Name
	}
	command := "millwright restore " + shellWord(filepath.Join(aside, "backups", file)) + " --data " + shellWord(data)
	if b.Sealing {
		command += " --passphrase-file FILE"
	}
	out := system.Restore{
		Leads: []string{
			"By command, while the program is stopped, and into an empty folder only: what lies in the data folder now is moved aside first and stays there.",
			"Every file is compared with its size and SHA-256, the database is checked and its rows are counted before anything has its place. A backup that is damaged, cut off, foreign or of a newer program is refused in a sentence, and nothing is left behind. One of an older program is taken: its database is brought up to date when it is first opened.",
		},
		Commands: strings.Join([]string{
			"mv " + shellWord(data) + " " + shellWord(aside), command, "millwright verify --data " + shellWord(data),
		}, "\n"),
	}
	if database == "postgres" {
		out.Leads = append(out.Leads, "The ledgers are in PostgreSQL and not in these files: restore the dump that was made before the backup with pg_restore first.")
	}
	return out
}

// shellWord is a path as a shell takes it for one word.
func shellWord(path string) string {
	if !strings.ContainsFunc(path, func(c rune) bool {
		return !strings.ContainsRune("/._-+,:@%", c) && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	}) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
