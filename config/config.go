// Package config is what a plant sets before the start: the program's file and the plant's file, decoded strictly.
package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"millwright/config/size"
	"millwright/config/strict"
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
	OIDC      OIDC              `yaml:"oidc"`
	History   History           `yaml:"history"`
	Backup    Backup            `yaml:"backup"`
	Mail      Mail              `yaml:"mail"`
	Webhooks  Webhooks          `yaml:"webhooks"`
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
	Late      time.Duration `yaml:"late"` // how late samples are taken
	Size      string        `yaml:"size"` // of the samples on the disk: "50GB"; 0 or "" is no limit
}

// Backup is when backups are made, and how many are kept.
type Backup struct {
	At             string `yaml:"at"` // "02:30"; "" is never
	Keep           int    `yaml:"keep"`
	PassphraseFile string `yaml:"passphrase_file"` // what keys in them are sealed with; "" leaves keys out
}

// Mail is which mail servers the program may speak to.
type Mail struct {
	Servers []string `yaml:"servers"` // "host" or "host:port"; none means any host on a port of mail
}

// Webhooks is which hosts of networks of one's own webhooks may call.
type Webhooks struct {
	Allow []string `yaml:"allow"` // "host" or "host:port"; hosts of the internet need no naming
}

// Log is what is written to standard error, and how.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Default is the configuration of a program that was told nothing: everything embedded, loopback only.
func Default() Config {
	return Config{
		Data:     "data",
		Listen:   "127.0.0.1:8080",
		OPCUA:    OPCUA{Networks: []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}},
		OIDC:     OIDC{Name: "the company", Scopes: []string{"profile", "email"}, NameClaim: "preferred_username", GroupsClaim: "groups", AddPeople: true},
		History:  History{Retention: 400 * 24 * time.Hour, Late: 30 * 24 * time.Hour, Size: "0"},
		Backup:   Backup{Keep: 14},
		Mail:     Mail{Servers: []string{}},
		Webhooks: Webhooks{Allow: []string{}},
		Log:      Log{Level: "info", Format: "text"},
	}
}

// maxFile bounds what is read of one configuration file.
const maxFile = 8 << 20

// Load reads the program's file over the defaults, then the environment over both.
// An empty path means no file. Errors are errs.Invalid and name the file, the line and the key.
// What the parts of the program find wrong with their settings is told with the rest.
func Load(path string, env func(string) string, parts ...func(Config) []errs.Field) (Config, error) {
	c := Default()
	if path != "" {
		text, err := readFile(path)
		if err != nil {
			return c, err
		}
		if err := strict.Decode(path, text, &c); err != nil {
			return c, err
		}
	}
	for name, field := range map[string]*string{
		"MILLWRIGHT_DATA": &c.Data, "MILLWRIGHT_LISTEN": &c.Listen, "MILLWRIGHT_PLANT": &c.Plant,
		"MILLWRIGHT_DATABASE": &c.Database, "MILLWRIGHT_PUBLIC_URL": &c.PublicURL,
		"MILLWRIGHT_LOG_LEVEL": &c.Log.Level, "MILLWRIGHT_LOG_FORMAT": &c.Log.Format,
		"MILLWRIGHT_OIDC_ISSUER": &c.OIDC.Issuer, "MILLWRIGHT_OIDC_CLIENT_ID": &c.OIDC.ClientID, "MILLWRIGHT_OIDC_CLIENT_SECRET": (*string)(&c.OIDC.ClientSecret),
	} {
		if v := env(name); v != "" {
			*field = v
		}
	}
	c.OIDC.reveal(env)
	wrong := append(c.check(), c.kept()...)
	for _, find := range parts {
		wrong = append(wrong, find(c)...)
	}
	return c, strict.Refuse("the configuration", wrong)
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

func (c Config) check() (wrong []errs.Field) {
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
	if c.History.Late < time.Hour {
		add("history.late", "is %s; take samples that are 1h late at least", c.History.Late)
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
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "") {
		add("public_url", "is %q; write the address of the site, such as https://millwright.example", c.PublicURL)
	}
	return wrong
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

// Bytes is how much of the disk samples may take; 0 is no limit.
func (h History) Bytes() int64 {
	n, _ := size.Parse(h.Size) // checked by Load
	return n
}
