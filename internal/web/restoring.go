package web

import (
	"fmt"
	"path/filepath"
	"strings"

	"millwright/views/admin/equipment"
	"millwright/views/admin/system"
	"millwright/views/figure"
	"millwright/views/ui"
)

// The words that are typed before something is done that cannot be done by mistake.
const (
	typedWord = "restore"
	againWord = "restart"
)

func chooseForm(r reader, b Backups) equipment.Form {
	f := equipment.Form{ID: "choose", Title: "One of the backups here", Action: restoreHome, Button: "Look through it"}
	var all []ui.Choice
	for _, k := range b.Kept {
		all = append(all, ui.Choice{Value: k.Name, Name: fmt.Sprintf("%s, %s old, %s", r.Moment(k.At), figure.Age(r.now.Sub(k.At)), r.size(k.Bytes))})
	}
	f.Groups = []equipment.Group{{Fields: append([]equipment.Field{
		{Kind: equipment.Choose, Input: ui.Input{ID: "name", Label: "Backup", Help: "The newest stands first."}, Choices: all},
	}, keyFields("")...)}}
	return f
}

// keyFields ask how the keys in a backup are had.
func keyFields(prefix string) []equipment.Field {
	return []equipment.Field{
		{Input: ui.Input{ID: prefix + "passphrase", Label: "Passphrase of its keys", Help: "Empty is the one that this program seals with, if any.", Type: "password", Complete: "off", Optional: true}},
		{Kind: equipment.Tick, Input: ui.Input{ID: prefix + "without", Label: "Leave its keys out; those of this program stay", Optional: true}},
	}
}

func sendForm(form string, refused refusal) *system.Send {
	out := system.Send{Action: restoreSend, File: ui.Input{
		ID: "file", Label: "File", Help: fmt.Sprintf("A backup that Millwright made, of up to %s, and no more than the disk has room for.", reader{}.size(maxBackup)), Type: "file",
	}}
	for _, f := range keyFields("sent-") {
		out.Keys = append(out.Keys, f.Input)
	}
	if form == "send" {
		out.Faults = refused.Faults
		out.File.Fault = ui.FaultOf(refused.Faults, "file")
	}
	return &out
}

func stageForm(w Waiting) equipment.Form {
	f := equipment.Form{
		ID: "stage", Title: "Stage it", Action: restoreHome + "/stage", Seal: w.ID, Button: "Stage it", Danger: true, Reason: true,
		Lead: "Nothing changes before the next start. Then what lies in the data folder is moved aside, into a folder of its own in it, and this takes its place. What was counted, ordered and written since then is not in it, and people, passwords and tokens are those of then.",
	}
	var fields []equipment.Field
	if len(w.Steps) > 0 {
		fields = append(fields, equipment.Field{Kind: equipment.Tick, Input: ui.Input{ID: "older", Label: fmt.Sprintf("Bring its ledgers from schema %d to %d, with the steps named above", w.Schema, w.Known), Optional: true}})
	}
	f.Groups = []equipment.Group{{Fields: append(fields, text("typed", "Write the word "+typedWord, "So that it is not done by mistake.", ""))}}
	return f
}

func backForm(id, button, lead string) equipment.Form {
	return equipment.Form{ID: "back", Title: button, Lead: lead, Action: restoreHome + "/back", Seal: id, Button: button}
}

func restartForm() equipment.Form {
	return equipment.Form{
		ID: "restart", Title: "Restart now", Action: againHome, Button: "Restart now", Danger: true,
		Lead:   "The program stops as it always does and starts again, which takes some seconds to a minute; machines are not watched meanwhile. Whoever starts it otherwise, as with systemctl restart, comes to the same.",
		Groups: []equipment.Group{{Fields: []equipment.Field{text("again", "Write the word "+againWord, "So that it is not done by mistake.", "")}}},
	}
}

// waiting is what was found in a backup.
func (r reader) waiting(w *Waiting) *system.Waiting {
	if w == nil {
		return nil
	}
	out := system.Waiting{Title: w.Name + " is right", Steps: w.Steps, Failed: w.Failed}
	fact := func(name, value string) { out.Facts = append(out.Facts, system.Fact{Name: name, Value: value}) }
	fact("Made", r.Moment(w.Made)+", "+figure.Age(r.now.Sub(w.Made))+" ago, by Millwright "+w.Program)
	fact("In it", fmt.Sprintf("%s files, %s, %s rows", r.Whole(int64(w.Files)), r.size(w.Bytes), r.Whole(w.Rows)))
	switch {
	case w.Keys:
		fact("Keys", "It brings its own.")
	default:
		fact("Keys", "It brings none: those of this program stay. Machines' passwords that were sealed with another must be given again.")
	}
	fact("Ledgers", fmt.Sprintf("Schema %d, as this program has them.", w.Schema))
	if len(w.Steps) > 0 {
		out.Facts[len(out.Facts)-1].Value = fmt.Sprintf("Schema %d, of an older program: the start brings them to %d, in %d steps.", w.Schema, w.Known, len(w.Steps))
	}
	if w.Staged {
		out.Title = w.Name + " is staged"
		fact("Staged", r.Moment(w.At)+", by "+w.By+": "+w.Why)
		fact("At the next start", "What is there now goes to "+w.Aside+", and this takes its place.")
	}
	return &out
}

// restoring tells how a backup is put back by command.
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
			"Every file is compared with its size and SHA-256, the database is checked and its rows are counted before anything has its place. A backup that is damaged, cut off, foreign or of a newer program is refused in a sentence, and nothing is left behind. One of an older program is taken: its database is brought up to date when it is first opened.",
		},
		ByCommand: "By command, while the program is stopped, and into an empty folder only: what lies in the data folder now is moved aside first and stays there.",
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
