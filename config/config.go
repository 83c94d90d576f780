// Package config is what a plant sets before the start: the program's file and the plant's file, decoded strictly.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"millwright/internal/errs"
)

// Config is the program's own settings. Every key is explained in millwright.yaml.
type Config struct {
	Data      string            `yaml:"data"`
	Listen    string            `yaml:"listen"`
	PublicURL string            `yaml:"public_url"`
	Plant     string            `yaml:"plant"`
	Database  string            `yaml:"database"`
	Endpoints map[string]string `yaml:"endpoints"`
	OPCUA     OPCUA             `yaml:"opcua"`
	History   History           `yaml:"history"`
	Backup    Backup            `yaml:"backup"`
	Log       Log               `yaml:"log"`
}

// OPCUA is where machines that speak OPC UA may be.
type OPCUA struct {
	Networks []string `yaml:"networks"` // CIDRs
}

// Prefixes are the networks, read; Load has made sure that they can be.
func (o OPCUA) Prefixes() (all []netip.Prefix) {
	for _, n := range o.Networks {
		if p, err := netip.ParsePrefix(n); err == nil {
			all = append(all, p.Masked())
		}
	}
	return all
}

// History is how long samples are kept, and how many.
type History struct {
	Retention time.Duration `yaml:"retention"`
	Size      string        `yaml:"size"` // of the samples on the disk: "50GB"; 0 or "" is no limit
}

// Backup is when backups are made, and how many are kept.
type Backup struct {
	At             string `yaml:"at"` // "02:30"; "" is never
	Keep           int    `yaml:"keep"`
	PassphraseFile string `yaml:"passphrase_file"` // what keys in them are sealed with; "" leaves keys out
}

// Log is what is written to standard error, and how.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Default is the configuration of a program that was told nothing: everything embedded, loopback only.
func Default() Config {
	return Config{
		Data:    "data",
		Listen:  "127.0.0.1:8080",
		OPCUA:   OPCUA{Networks: []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}},
		History: History{Retention: 400 * 24 * time.Hour, Size: "0"},
		Backup:  Backup{Keep: 14},
		Log:     Log{Level: "info", Format: "text"},
	}
}

// maxFile bounds what is read of one configuration file.
const maxFile = 8 << 20

// Load reads the program's file over the defaults, then the environment over both.
// An empty path means no file. Errors are errs.Invalid and name the file, the line and the key.
func Load(path string, env func(string) string) (Config, error) {
	c := Default()
	if path != "" {
		text, err := readFile(path)
		if err != nil {
			return c, err
		}
		if err := decode(path, text, &c); err != nil {
			return c, err
		}
	}
	for name, field := range map[string]*string{
		"MILLWRIGHT_DATA": &c.Data, "MILLWRIGHT_LISTEN": &c.Listen, "MILLWRIGHT_PLANT": &c.Plant,
		"MILLWRIGHT_DATABASE": &c.Database, "MILLWRIGHT_PUBLIC_URL": &c.PublicURL,
		"MILLWRIGHT_LOG_LEVEL": &c.Log.Level, "MILLWRIGHT_LOG_FORMAT": &c.Log.Format,
	} {
		if v := env(name); v != "" {
			*field = v
		}
	}
	return c, c.check()
}

// DSN is where the ledgers are kept: the database set, or SQLite in the data folder.
func (c Config) DSN() string {
	if c.Database != "" {
		return c.Database
	}
	return "sqlite:" + filepath.Join(c.Data, "millwright.db")
}

// Level is the log level as slog knows it.
func (l Log) slogLevel() (level slog.Level, err error) {
	err = level.UnmarshalText([]byte(l.Level))
	return level, err
}

// Logger makes the program's logger, writing to w.
func (l Log) Logger(w io.Writer) *slog.Logger {
	level, _ := l.slogLevel() // checked by Load
	o := &slog.HandlerOptions{Level: level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

func (c Config) check() error {
	var wrong []errs.Field
	add := func(path, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	if c.Data == "" {
		add("data", "is empty; name a folder that the program may write to")
	}
	if !strings.Contains(c.Listen, ":") {
		add("listen", "is %q; write address:port, such as 127.0.0.1:8080", c.Listen)
	}
	for i, n := range c.OPCUA.Networks {
		if _, err := netip.ParsePrefix(n); err != nil {
			add(fmt.Sprintf("opcua.networks[%d]", i), "is %q; write a network such as 10.20.0.0/16, or one address such as 203.0.113.7/32", n)
		}
	}
	if c.History.Retention < time.Hour {
		add("history.retention", "is %s; keep at least 1h", c.History.Retention)
	}
	if n, err := bytesOf(c.History.Size); err != nil {
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
	if _, err := c.Log.slogLevel(); err != nil {
		add("log.level", "is %q; use debug, info, warn or error", c.Log.Level)
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		add("log.format", "is %q; use text or json", c.Log.Format)
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "sqlite:") && !strings.HasPrefix(c.Database, "postgres://") {
		add("database", "must begin with sqlite: or postgres://")
	}
	return refuse("the configuration", wrong)
}

// refuse makes one error of all that is wrong; nil when nothing is.
func refuse(what string, wrong []errs.Field) error {
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: fmt.Sprintf("%s is wrong in %d place(s); mend and start again", what, len(wrong)), Fields: wrong}
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.New(errs.Invalid, "configuration file %s cannot be read; check the path and its permissions: %w", path, err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, errs.New(errs.Invalid, "configuration file %s cannot be read: %w", path, err)
	}
	if len(text) > maxFile {
		return nil, errs.New(errs.Invalid, "configuration file %s is over %d MB; this is no configuration file", path, maxFile>>20)
	}
	return text, nil
}

// decode reads one YAML document strictly: an unknown key or a wrong type is an error with its line.
func decode(path string, text []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	err := d.Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	var several *yaml.TypeError
	if !errors.As(err, &several) {
		return errs.New(errs.Invalid, "%s is not valid YAML: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	wrong := make([]errs.Field, 0, len(several.Errors))
	for _, e := range several.Errors {
		wrong = append(wrong, inWords(path, fmt.Sprint(e)))
	}
	return refuse(path, wrong)
}

var (
	unknownKey = regexp.MustCompile(`^line (\d+): field (\S+) not found in type (\S+)$`)
	wrongType  = regexp.MustCompile("^line (\\d+): cannot unmarshal !!(\\S+)(?: `(.*)`)? into (\\S+)$")
)

// inWords turns what the YAML reader says into a sentence with a next step.
func inWords(path, e string) errs.Field {
	if m := unknownKey.FindStringSubmatch(e); m != nil {
		return errs.Field{Path: path + ":" + m[1], Message: fmt.Sprintf("key %q is unknown here; check the spelling against the documented keys", m[2])}
	}
	if m := wrongType.FindStringSubmatch(e); m != nil {
		what := "a " + yamlWord(m[2])
		if m[3] != "" {
			what = fmt.Sprintf("%q is %s", m[3], what)
		}
		return errs.Field{Path: path + ":" + m[1], Message: what + " where a " + goWord(m[4]) + " belongs"}
	}
	return errs.Field{Path: path, Message: e}
}

func yamlWord(t string) string {
	switch t {
	case "str":
		return "text"
	case "seq":
		return "list"
	case "map":
		return "group of keys"
	case "int", "float":
		return "number"
	}
	return t
}

func goWord(t string) string {
	switch {
	case strings.HasSuffix(t, "Duration"):
		return "time such as 10s or 5m"
	case strings.HasPrefix(t, "[]"):
		return "list"
	case strings.HasPrefix(t, "map["), strings.HasPrefix(t, "config."):
		return "group of keys"
	case t == "string":
		return "text"
	case t == "bool":
		return "true or false"
	}
	return "number"
}
