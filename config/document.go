package config

import (
	"bytes"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"millwright/internal/ot/tag"
)

// Connection is one session to one device or log.
type Connection struct {
	ID       string   `yaml:"id,omitempty"`
	Driver   string   `yaml:"driver,omitempty"`   // opcua, replay
	Endpoint string   `yaml:"endpoint,omitempty"` // opcua: opc.tcp://host:port
	Policy   string   `yaml:"policy,omitempty"`   // opcua: None, Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss
	Mode     string   `yaml:"mode,omitempty"`     // opcua: None, Sign, SignAndEncrypt
	User     string   `yaml:"user,omitempty"`     // opcua: empty is anonymous
	Password string   `yaml:"password,omitempty"` // opcua: or the environment variable it names as ${NAME}, or ${sealed:mark}
	Disabled bool     `yaml:"disabled,omitempty"` // no session is opened
	Files    []string `yaml:"files,omitempty"`    // replay: logs, played one after another; beside the plant file, or bundled
	Loop     bool     `yaml:"loop,omitempty"`     // replay: from the beginning again at the end
	Speed    float64  `yaml:"speed,omitempty"`    // replay: 1 is real time
	Pause    Duration `yaml:"pause,omitempty"`    // replay: between two files
	Parts    string   `yaml:"parts,omitempty"`    // replay: an item that counts the files played to their end
}

// Duration is a time span as YAML says it: 10s, 5m.
type Duration = time.Duration

// Document is a plant file as it stands: what people write and the browser edits.
type Document struct {
	Enterprise  string                 `yaml:"enterprise,omitempty"`
	Connections []Connection           `yaml:"connections,omitempty"`
	Machines    map[string]MachineType `yaml:"machines,omitempty"`
	Sites       []SiteEntry            `yaml:"sites,omitempty"`
}

// MachineType is a kind of machine, written once: its tags and what they mean.
type MachineType struct {
	Tags    map[string]TagEntry `yaml:"tags,omitempty"`
	Signals SignalsEntry        `yaml:"signals,omitempty"`
}

// TagEntry is one tag of a machine type. {line} and {unit} in the address are replaced.
type TagEntry struct {
	Address  string   `yaml:"address,omitempty"`
	Label    string   `yaml:"label,omitempty"`
	Unit     string   `yaml:"unit,omitempty"`
	Interval Duration `yaml:"interval,omitempty"`
	Deadband float64  `yaml:"deadband,omitempty"`
	Scale    float64  `yaml:"scale,omitempty"`
	Offset   float64  `yaml:"offset,omitempty"`
	Writable bool     `yaml:"writable,omitempty"`
	Low      *float64 `yaml:"low,omitempty"`
	High     *float64 `yaml:"high,omitempty"`
}

// SignalsEntry names the tags that carry meaning, and how their values are read.
type SignalsEntry struct {
	State   string            `yaml:"state,omitempty"`
	States  map[string]string `yaml:"states,omitempty"` // value → PackML state; empty means PackTags numbers
	Mode    string            `yaml:"mode,omitempty"`
	Modes   map[string]string `yaml:"modes,omitempty"`
	Good    CounterEntry      `yaml:"good,omitempty"`
	Reject  CounterEntry      `yaml:"reject,omitempty"`
	Total   CounterEntry      `yaml:"total,omitempty"`
	Product string            `yaml:"product,omitempty"`
	Fault   string            `yaml:"fault,omitempty"`
	Speed   string            `yaml:"speed,omitempty"`
}

// CounterEntry is how a counter is read.
type CounterEntry struct {
	Tag      string   `yaml:"tag,omitempty"`
	Modulus  uint64   `yaml:"modulus,omitempty"`
	Deadband string   `yaml:"deadband,omitempty"`
	Glitch   Duration `yaml:"glitch,omitempty"`
	Lifetime bool     `yaml:"lifetime,omitempty"` // counts since the machine was built: 0 means that it does not know
	Per      string   `yaml:"per,omitempty"`
}

// SiteEntry is a site with its calendar.
type SiteEntry struct {
	ID       string       `yaml:"id,omitempty"`
	Name     string       `yaml:"name,omitempty"`
	Zone     string       `yaml:"zone,omitempty"`
	Currency string       `yaml:"currency,omitempty"`
	Shifts   []ShiftEntry `yaml:"shifts,omitempty"`
	Holidays []DayEntry   `yaml:"holidays,omitempty"`
	Stops    []StopEntry  `yaml:"stops,omitempty"`
	Areas    []AreaEntry  `yaml:"areas,omitempty"`
}

// DayEntry is a date, or several, on which no shift opens.
type DayEntry struct {
	Name   string `yaml:"name,omitempty"`
	On     string `yaml:"on,omitempty"`     // "2026-12-25"
	To     string `yaml:"to,omitempty"`     // its last date; empty means that one alone
	Repeat string `yaml:"repeat,omitempty"` // a recurrence rule (RFC 5545): FREQ=YEARLY; empty means once
}

// StopEntry is a time at which lines are planned to stand still within their shifts.
type StopEntry struct {
	Name   string `yaml:"name,omitempty"`
	On     string `yaml:"on,omitempty"` // "2026-03-02"
	Start  string `yaml:"start,omitempty"`
	End    string `yaml:"end,omitempty"`    // at or before start means the next day
	Repeat string `yaml:"repeat,omitempty"` // a recurrence rule (RFC 5545): FREQ=WEEKLY;BYDAY=MO
}

// AreaEntry is an area of a site.
type AreaEntry struct {
	ID    string      `yaml:"id,omitempty"`
	Name  string      `yaml:"name,omitempty"`
	Lines []LineEntry `yaml:"lines,omitempty"`
}

// ShiftEntry is one shift of a calendar, as people write it.
type ShiftEntry struct {
	Name   string   `yaml:"name,omitempty"`
	Days   []string `yaml:"days,omitempty"` // mon, tue …; empty means every day
	Start  string   `yaml:"start,omitempty"`
	End    string   `yaml:"end,omitempty"`
	Breaks []string `yaml:"breaks,omitempty"` // "10:00-10:30"
}

// LineEntry is a line with its units.
type LineEntry struct {
	ID         string              `yaml:"id,omitempty"`
	Name       string              `yaml:"name,omitempty"`
	Pacer      string              `yaml:"pacer,omitempty"`
	Output     string              `yaml:"output,omitempty"`
	Shifts     []ShiftEntry        `yaml:"shifts,omitempty"`   // instead of the site's
	Holidays   []DayEntry          `yaml:"holidays,omitempty"` // with the site's
	Stops      []StopEntry         `yaml:"stops,omitempty"`    // with the site's
	Rates      map[string]Duration `yaml:"rates,omitempty"`    // product → ideal cycle; "*" for all others
	Thresholds ThresholdsEntry     `yaml:"thresholds,omitempty"`
	Units      []UnitEntry         `yaml:"units,omitempty"`
}

// ThresholdsEntry are the limits between stops, micro-stops and lost speed.
type ThresholdsEntry struct {
	MinStop  Duration `yaml:"min_stop,omitempty"`
	MicroMax Duration `yaml:"micro_max,omitempty"`
	LowSpeed float64  `yaml:"low_speed,omitempty"`
}

// UnitEntry is a work unit of a line.
type UnitEntry struct {
	ID         string       `yaml:"id,omitempty"`
	Name       string       `yaml:"name,omitempty"`
	Connection string       `yaml:"connection,omitempty"`
	Machines   []string     `yaml:"machines,omitempty"` // types, in order; later ones add and override
	Signals    SignalsEntry `yaml:"signals,omitempty"`  // overrides for this unit
}

// ParseDocument reads the text of a plant file strictly, without asking whether it makes sense; path only names it
// in errors (errs.Invalid).
func ParseDocument(path string, text []byte) (Document, error) {
	var d Document
	return d, decode(path, text, &d)
}

// Text writes the document as a plant file. Comments and the order of keys that somebody wrote are not kept.
func (d Document) Text() ([]byte, error) { return Marshal(d) }

// Marshal writes a document or a part of one as YAML.
func Marshal(part any) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(part); err != nil {
		return nil, fmt.Errorf("write the plant file: %w", err)
	}
	return b.Bytes(), e.Close()
}

// Model understands the document; path only names it in errors. Every mistake is told at once (errs.Invalid).
// Tags that are in known as well keep the numbers they have there; nil knows none.
func (d Document) Model(path string, known *tag.Registry) (Model, error) {
	b := newBuilder(d, known)
	m := b.model()
	return m, refuse(path, b.wrong)
}
