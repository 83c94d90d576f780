package config

import (
	"cmp"
	"fmt"
	"time"

	"millwright/config/size"
	"millwright/config/strict"
	"millwright/internal/errs"
)

// Upkeep is what of the settings may be said while the program runs: how long samples are kept, and when backups are
// made. What it leaves out is as the program's file says it. It is written as in that file.
type Upkeep struct {
	History struct {
		Retention time.Duration `yaml:"retention,omitempty"`
		Size      string        `yaml:"size,omitempty"`
	} `yaml:"history,omitempty"`
	Backup struct {
		At   string `yaml:"at,omitempty"` // Never is no time of day
		Keep int    `yaml:"keep,omitempty"`
	} `yaml:"backup,omitempty"`
}

// Never says in the place of a time of day that no backup is made by itself.
const Never = "never"

// ReadUpkeep reads what Text has written.
func ReadUpkeep(text string) (u Upkeep, err error) {
	err = strict.Decode("what is kept", []byte(text), &u)
	return u, err
}

// Text writes it as it stands in a file of settings; "" when it says nothing.
func (u Upkeep) Text() (string, error) {
	if u == (Upkeep{}) {
		return "", nil
	}
	text, err := Marshal(u)
	return string(text), err
}

// With gives the settings with what is said while the program runs, and tells what of that cannot be (errs.Invalid).
func (c Config) With(u Upkeep) (Config, error) {
	c.History.Retention = cmp.Or(u.History.Retention, c.History.Retention)
	c.History.Size = cmp.Or(u.History.Size, c.History.Size)
	c.Backup.Keep = cmp.Or(u.Backup.Keep, c.Backup.Keep)
	c.Backup.At = cmp.Or(u.Backup.At, c.Backup.At)
	if c.Backup.At == Never {
		c.Backup.At = ""
	}
	return c, strict.Refuse("what is to be kept", c.kept())
}

// smallest history: below this a day of a small plant would not be kept.
const smallest = 100_000_000

// kept tells what is wrong with how long samples are kept, and with when backups are made.
func (c Config) kept() (wrong []errs.Field) {
	add := func(path, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	if c.History.Retention < time.Hour {
		add("history.retention", "is %s; keep at least 1h", c.History.Retention)
	}
	if n, err := size.Parse(c.History.Size); err != nil {
		add("history.size", "%v", err)
	} else if n > 0 && n < smallest {
		add("history.size", "is %s; keep at least 100MB", c.History.Size)
	}
	if _, err := time.Parse("15:04", c.Backup.At); err != nil && c.Backup.At != "" {
		add("backup.at", "is %q; write a time of day such as 02:30", c.Backup.At)
	}
	if c.Backup.Keep < 1 {
		add("backup.keep", "is %d; keep at least 1", c.Backup.Keep)
	}
	return wrong
}
