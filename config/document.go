package config

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"millwright/config/calendar"
	"millwright/config/changeover"
	"millwright/config/joborders"
	"millwright/config/plain"
	"millwright/config/reasons"
	"millwright/config/strict"
	"millwright/config/worth"
	"millwright/internal/ot/tag"
)

// Connection is one session to one device or log.
type Connection struct {
	ID              string   `yaml:"id,omitempty"`
	Driver          string   `yaml:"driver,omitempty"`           // opcua, replay
	Endpoint        string   `yaml:"endpoint,omitempty"`         // opcua: opc.tcp://host:port
	Policy          string   `yaml:"policy,omitempty"`           // opcua: None, Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss
	Mode            string   `yaml:"mode,omitempty"`             // opcua: None, Sign, SignAndEncrypt
	User            string   `yaml:"user,omitempty"`             // opcua: empty is anonymous
	Password        string   `yaml:"password,omitempty"`         // opcua: or the environment variable it names as ${NAME}, or ${sealed:mark}
	Plain           bool     `yaml:"plain_password,omitempty"`   // opcua: the password is sent even where nothing on the way hides it
	UserCertificate string   `yaml:"user_certificate,omitempty"` // opcua: signs in instead of a name; PEM, or DER as base64
	UserKey         string   `yaml:"user_key,omitempty"`         // opcua: its key, which is kept as a password is
	Disabled        bool     `yaml:"disabled,omitempty"`         // no session is opened
	Limits          Limits   `yaml:"limits,omitempty"`
	Files           []string `yaml:"files,omitempty"` // replay: logs, played one after another; beside the plant file, or bundled
	Loop            bool     `yaml:"loop,omitempty"`  // replay: from the beginning again at the end
	Speed           float64  `yaml:"speed,omitempty"` // replay: 1 is real time
	Pause           Duration `yaml:"pause,omitempty"` // replay: between two files
	Parts           string   `yaml:"parts,omitempty"` // replay: an item that counts the files played to their end
}

// Limits keep a connection from asking too much of its machine, and the machine from telling too much. Zero means none.
type Limits struct {
	Values   int      `yaml:"values,omitempty"`   // a second; of what comes faster the newest of each tag is kept
	Interval Duration `yaml:"interval,omitempty"` // no tag is sampled faster
	Batch    int      `yaml:"batch,omitempty"`    // opcua: nodes in one request; what the server itself allows counts too
}

// Duration is a time span as YAML says it: 10s, 5m.
type Duration = time.Duration

// Document is a plant file as it stands: what people write and the browser edits.
type Document struct {
	Enterprise  string                 `yaml:"enterprise,omitempty"`
	Connections []Connection           `yaml:"connections,omitempty"`
	Machines    map[string]MachineType `yaml:"machines,omitempty"`
	Reasons     []reasons.Entry        `yaml:"reasons,omitempty"` // why lines stand
	Scrap       []reasons.Entry        `yaml:"scrap,omitempty"`   // why pieces are scrapped
	Sites       []SiteEntry            `yaml:"sites,omitempty"`
}

// MachineType is a kind of machine, written once: its tags and what they mean.
type MachineType struct {
	Version int                 `yaml:"version,omitempty"` // of what it says; none is 1
	Tags    map[string]TagEntry `yaml:"tags,omitempty"`
	Signals SignalsEntry        `yaml:"signals,omitempty"`
	Faults  map[string]string   `yaml:"faults,omitempty"` // fault code, or span of them, → reason; of all versions
	Before  map[int]MachineType `yaml:"before,omitempty"` // what earlier versions said, where they are kept
}

// TagEntry is one tag of a machine type. {line} and {unit} in the address are replaced.
type TagEntry struct {
	Address   string   `yaml:"address,omitempty"`
	Expr      string   `yaml:"expr,omitempty"` // a derived tag: reckoned from others, instead of an address
	Label     string   `yaml:"label,omitempty"`
	Unit      string   `yaml:"unit,omitempty"` // a UNECE code, CEL, or any text, °C
	Type      string   `yaml:"type,omitempty"` // bool, int, float or text: what the machine must say; empty for anything
	Interval  Duration `yaml:"interval,omitempty"`
	Queue     int      `yaml:"queue,omitempty"`            // readings that the machine keeps between two deliveries; none: those of two seconds
	Deadband  float64  `yaml:"deadband,omitempty"`         // in raw units
	Percent   float64  `yaml:"deadband_percent,omitempty"` // or in per cent of low to high
	Heartbeat Duration `yaml:"heartbeat,omitempty"`        // passed on at least this often, while the connection is up
	Swing     float64  `yaml:"swing,omitempty"`            // how far the history may be off, in the tag's unit
	Scale     float64  `yaml:"scale,omitempty"`
	Offset    float64  `yaml:"offset,omitempty"`
	Writable  bool     `yaml:"writable,omitempty"`
	Low       *float64 `yaml:"low,omitempty"`
	High      *float64 `yaml:"high,omitempty"`
}

// At is the tag's address in a unit of a line.
func (e TagEntry) At(line, unit string) string {
	if !strings.Contains(e.Address, "{") {
		return e.Address
	}
	return strings.ReplaceAll(strings.ReplaceAll(e.Address, "{line}", line), "{unit}", unit)
}

// None in the place of a tag says that there is no such signal, whatever a machine type said before.
const None = "none"

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
	Order   string            `yaml:"order,omitempty"`
	Fault   string            `yaml:"fault,omitempty"`
	Speed   string            `yaml:"speed,omitempty"`
	Command string            `yaml:"command,omitempty"` // takes the commands of PackML
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

// ShiftEntry is a shift of a calendar.
type ShiftEntry = calendar.Shift

// DayEntry is a holiday or another exception of a calendar.
type DayEntry = calendar.Day

// StopEntry is a planned stop of a calendar.
type StopEntry = calendar.Stop

// SiteEntry is a site with its calendar.
type SiteEntry struct {
	ID       string       `yaml:"id,omitempty"`
	Name     string       `yaml:"name,omitempty"`
	Zone     string       `yaml:"zone,omitempty"`
	Currency string       `yaml:"currency,omitempty"`
	Language string       `yaml:"language,omitempty"` // of reasons: de; empty means en
	Shifts   []ShiftEntry `yaml:"shifts,omitempty"`
	Holidays []DayEntry   `yaml:"holidays,omitempty"`
	Stops    []StopEntry  `yaml:"stops,omitempty"`
	Areas    []AreaEntry  `yaml:"areas,omitempty"`
}

// AreaEntry is an area of a site.
type AreaEntry struct {
	ID    string      `yaml:"id,omitempty"`
	Name  string      `yaml:"name,omitempty"`
	Lines []LineEntry `yaml:"lines,omitempty"`
}

// LineEntry is a line with its units.
type LineEntry struct {
	ID         string                     `yaml:"id,omitempty"`
	Name       string                     `yaml:"name,omitempty"`
	Pacer      string                     `yaml:"pacer,omitempty"`
	Output     string                     `yaml:"output,omitempty"`
	Shifts     []ShiftEntry               `yaml:"shifts,omitempty"`   // instead of the site's
	Holidays   []DayEntry                 `yaml:"holidays,omitempty"` // with the site's, and before them on the same date
	Stops      []StopEntry                `yaml:"stops,omitempty"`    // with the site's
	Rates      map[string]Duration        `yaml:"rates,omitempty"`    // product → ideal cycle; "*" for all others
	Changeover changeover.Entry           `yaml:"changeover,omitempty"`
	Worth      worth.Entry                `yaml:"worth,omitempty"`   // what its time is worth
	Reasons    []string                   `yaml:"reasons,omitempty"` // those that people can give here; empty means all
	Thresholds ThresholdsEntry            `yaml:"thresholds,omitempty"`
	Special    map[string]ThresholdsEntry `yaml:"product_thresholds,omitempty"` // product → what differs from thresholds while it is made
	Units      []UnitEntry                `yaml:"units,omitempty"`
}

// ThresholdsEntry are the limits between stops, micro-stops and lost speed.
type ThresholdsEntry struct {
	MinStop  Duration `yaml:"min_stop,omitempty"`
	MicroMax Duration `yaml:"micro_max,omitempty"`
	LowSpeed float64  `yaml:"low_speed,omitempty"`
}

// UnitEntry is a work unit of a line.
type UnitEntry struct {
	ID         string            `yaml:"id,omitempty"`
	Name       string            `yaml:"name,omitempty"`
	Beside     string            `yaml:"beside,omitempty"` // the unit that it does the same as, in parallel
	Buffer     int64             `yaml:"buffer,omitempty"` // pieces that find room between it and the next
	Connection string            `yaml:"connection,omitempty"`
	Machines   []string          `yaml:"machines,omitempty"` // types, in order; later ones add and override; filler@2 stays on version 2
	Signals    SignalsEntry      `yaml:"signals,omitempty"`  // overrides for this unit
	Faults     map[string]string `yaml:"faults,omitempty"`   // overrides for this unit
	JobOrders  joborders.Entry   `yaml:"job_orders,omitempty"`
}

// ParseDocument reads the text of a plant file strictly, without asking whether it makes sense; path only names it
// in errors (errs.Invalid).
func ParseDocument(path string, text []byte) (Document, error) {
	var d Document
	if plain.Read(text, &d) {
		return d, nil
	}
	d = Document{}
	err := strict.Decode(path, text, &d)
	return d, err
}

// Copy gives a document that can be changed without changing d.
func (d Document) Copy() Document { return plain.Copy(d) }

// Text writes the document as a plant file. Comments and the order of keys that somebody wrote are not kept.
func (d Document) Text() ([]byte, error) { return Marshal(d) }

// Marshal writes a document or a part of one as YAML.
func Marshal(part any) ([]byte, error) {
	if text, ok := plain.Write(part); ok {
		return text, nil
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(part); err != nil {
		return nil, fmt.Errorf("write the plant file: %w", err)
	}
	return b.Bytes(), e.Close()
}

// Model understands the document; path only names it in errors. Every mistake is told at once (errs.Invalid). A plant
// that is in use must go on with every later version of the program, so what is asked of one that is handed in, beyond
// what it takes to understand it, stands in config/bounds.
// Tags that are in known as well keep the numbers they have there; nil knows none.
func (d Document) Model(path string, known *tag.Registry) (Model, error) {
	b := newBuilder(d, known)
	m := b.model()
	return m, strict.Refuse(path, b.wrong)
}
