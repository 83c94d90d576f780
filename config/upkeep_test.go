package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/errs"
)

func TestWhatIsSaidGoesBeforeTheFile(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "400h 50GB 02:30 7",
		"history: {retention: 24h}":        "24h 50GB 02:30 7",
		`history: {size: "0"}`:             "400h 0 02:30 7",
		"history: {size: 1TB}":             "400h 1TB 02:30 7",
		`backup: {at: "23:59", keep: 1}`:   "400h 50GB 23:59 1",
		"backup: {at: never}":              "400h 50GB  7",
		"history: {retention: 1m}":         "history.retention",
		"history: {size: 1MB}":             "history.size",
		"history: {size: much}":            "history.size",
		"backup: {at: noon}":               "backup.at",
		"backup: {keep: -1}":               "backup.keep",
		"history: {retention: -5h}":        "history.retention",
		"history: {late: 5h}":              "late",
		"backup: {passphrase_file: /etc/}": "passphrase_file",
	} {
		file := Default()
		file.History.Retention, file.History.Size, file.Backup.At, file.Backup.Keep = 400*time.Hour, "50GB", "02:30", 7
		u, err := ReadUpkeep(text)
		var got Config
		if err == nil {
			got, err = file.With(u)
		}
		if err != nil {
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("%s: %v, want %s", text, err, want)
			}
			continue
		}
		if is := fmt.Sprintf("%.0fh %s %s %d", got.History.Retention.Hours(), got.History.Size, got.Backup.At, got.Backup.Keep); is != want {
			t.Errorf("%s: %s, want %s", text, is, want)
		}
		again, err := u.Text()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ReadUpkeep(again); err != nil || back != u {
			t.Errorf("%s: %+v was written %q and read %+v %v", text, u, again, back, err)
		}
	}
}
