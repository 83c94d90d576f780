package config

import (
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Model is a plant file understood: the equipment, its tags, what they mean, and how they are reached.
type Model struct {
	Plant       plant.Plant
	Tags        *tag.Registry
	Signals     []machine.Signals
	Connections []Connection
}

// Connection is one session to one device or log.
type Connection struct {
	ID       string   `yaml:"id"`
	Driver   string   `yaml:"driver"`   // opcua, replay
	Endpoint string   `yaml:"endpoint"` // opcua: opc.tcp://host:port
	Policy   string   `yaml:"policy"`   // opcua: None, Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss
	Mode     string   `yaml:"mode"`     // opcua: None, Sign, SignAndEncrypt
	User     string   `yaml:"user"`     // opcua: empty is anonymous
	Password string   `yaml:"password"` // opcua: or the environment variable it names as ${NAME}
	Files    []string `yaml:"files"`    // replay: logs, played one after another; beside the plant file, or bundled
	Loop     bool     `yaml:"loop"`     // replay: from the beginning again at the end
	Speed    float64  `yaml:"speed"`    // replay: 1 is real time
	Pause    Duration `yaml:"pause"`    // replay: between two files
	Parts    string   `yaml:"parts"`    // replay: an item that counts the files played to their end
}

// Duration is a time span as YAML says it: 10s, 5m.
type Duration = time.Duration

// plantFile is the YAML document as it stands.
type plantFile struct {
	Enterprise  string                 `yaml:"enterprise"`
	Connections []Connection           `yaml:"connections"`
	Machines    map[string]machineType `yaml:"machines"`
	Sites       []siteEntry            `yaml:"sites"`
}

// machineType is a kind of machine, written once: its tags and what they mean.
type machineType struct {
	Tags    map[string]tagEntry `yaml:"tags"`
	Signals signalsEntry        `yaml:"signals"`
}

// tagEntry is one tag of a machine type. {line} and {unit} in the address are replaced.
type tagEntry struct {
	Address  string   `yaml:"address"`
	Label    string   `yaml:"label"`
	Unit     string   `yaml:"unit"`
	Interval Duration `yaml:"interval"`
	Deadband float64  `yaml:"deadband"`
	Scale    float64  `yaml:"scale"`
	Offset   float64  `yaml:"offset"`
	Writable bool     `yaml:"writable"`
	Low      *float64 `yaml:"low"`
	High     *float64 `yaml:"high"`
}

// signalsEntry names the tags that carry meaning, and how their values are read.
type signalsEntry struct {
	State   string            `yaml:"state"`
	States  map[string]string `yaml:"states"` // value → PackML state; empty means PackTags numbers
	Mode    string            `yaml:"mode"`
	Modes   map[string]string `yaml:"modes"`
	Good    counterEntry      `yaml:"good"`
	Reject  counterEntry      `yaml:"reject"`
	Total   counterEntry      `yaml:"total"`
	Product string            `yaml:"product"`
	Fault   string            `yaml:"fault"`
	Speed   string            `yaml:"speed"`
}

type counterEntry struct {
	Tag      string   `yaml:"tag"`
	Modulus  uint64   `yaml:"modulus"`
	Deadband string   `yaml:"deadband"`
	Glitch   Duration `yaml:"glitch"`
	Lifetime bool     `yaml:"lifetime"` // counts since the machine was built: 0 means that it does not know
	Per      string   `yaml:"per"`
}

type siteEntry struct {
	ID       string       `yaml:"id"`
	Name     string       `yaml:"name"`
	Zone     string       `yaml:"zone"`
	Currency string       `yaml:"currency"`
	Shifts   []shiftEntry `yaml:"shifts"`
	Areas    []areaEntry  `yaml:"areas"`
}

type areaEntry struct {
	ID    string      `yaml:"id"`
	Name  string      `yaml:"name"`
	Lines []lineEntry `yaml:"lines"`
}

type shiftEntry struct {
	Name   string   `yaml:"name"`
	Days   []string `yaml:"days"` // mon, tue …; empty means every day
	Start  string   `yaml:"start"`
	End    string   `yaml:"end"`
	Breaks []string `yaml:"breaks"` // "10:00-10:30"
}

type lineEntry struct {
	ID         string              `yaml:"id"`
	Name       string              `yaml:"name"`
	Pacer      string              `yaml:"pacer"`
	Output     string              `yaml:"output"`
	Shifts     []shiftEntry        `yaml:"shifts"` // instead of the site's
	Rates      map[string]Duration `yaml:"rates"`  // product → ideal cycle; "*" for all others
	Thresholds thresholdsEntry     `yaml:"thresholds"`
	Units      []unitEntry         `yaml:"units"`
}

type thresholdsEntry struct {
	MinStop  Duration `yaml:"min_stop"`
	MicroMax Duration `yaml:"micro_max"`
	LowSpeed float64  `yaml:"low_speed"`
}

type unitEntry struct {
	ID         string       `yaml:"id"`
	Name       string       `yaml:"name"`
	Connection string       `yaml:"connection"`
	Machines   []string     `yaml:"machines"` // types, in order; later ones add and override
	Signals    signalsEntry `yaml:"signals"`  // overrides for this unit
}

// LoadPlant reads and checks a plant file. Every mistake is reported at once (errs.Invalid).
func LoadPlant(path string) (Model, error) {
	text, err := readFile(path)
	if err != nil {
		return Model{}, err
	}
	return ParsePlant(path, text)
}

// ParsePlant understands the text of a plant file; path only names it in errors.
func ParsePlant(path string, text []byte) (Model, error) {
	var f plantFile
	if err := decode(path, text, &f); err != nil {
		return Model{}, err
	}
	b := newBuilder(f)
	m := b.model()
	if err := refuse(path, b.wrong); err != nil {
		return Model{}, err
	}
	return m, nil
}

// Endpoint puts other endpoints in the place of those in the file, by connection id.
func (m *Model) Endpoint(others map[string]string) error {
	for id, endpoint := range others {
		found := false
		for i := range m.Connections {
			if m.Connections[i].ID == id {
				m.Connections[i].Endpoint, found = endpoint, true
			}
		}
		if !found {
			return errs.New(errs.Invalid, "endpoints.%s: the plant file has no connection of that id", id)
		}
	}
	return nil
}
