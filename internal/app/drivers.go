package app

import (
	"io/fs"
	"os"
	"strings"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/replay"
)

// place is what a driver may need of where it runs.
type place struct {
	data  string // the data folder
	logs  fs.FS  // where replayed logs lie
	fresh bool   // nothing was ever kept here: the past is welcome
}

// drivers makes a driver of each protocol: a protocol is one folder and one line here.
func drivers() map[string]func(config.Connection, place) (driver.Driver, error) {
	return map[string]func(config.Connection, place) (driver.Driver, error){
		"opcua":  openOPCUA,
		"replay": openReplay,
	}
}

func openDriver(c config.Connection, p place) (driver.Driver, error) {
	open, known := drivers()[c.Driver]
	if !known {
		return nil, errs.New(errs.Invalid, "connection %s: there is no driver %q", c.ID, c.Driver)
	}
	d, err := open(c, p)
	if err != nil {
		return nil, errs.New(errs.KindOf(err), "connection %s: %w", c.ID, err)
	}
	return d, nil
}

// applicationURI names this program in its OPC UA certificate.
const applicationURI = "urn:millwright"

func openOPCUA(c config.Connection, p place) (driver.Driver, error) {
	password, err := secretOf(c.Password)
	if err != nil {
		return nil, err
	}
	o := opcua.Config{
		Endpoint: c.Endpoint, Policy: c.Policy, Mode: c.Mode,
		User: opcua.User{Name: c.User, Password: password}, Trust: inFolder(p.data, "certificates"),
	}
	if c.Policy != "" && c.Policy != "None" {
		if o.Certificate, o.Key, err = opcua.Identity(o.Trust, applicationURI); err != nil {
			return nil, err
		}
	}
	return opcua.New(o)
}

// secretOf gives a secret, or what the environment variable holds that it names as ${NAME}.
func secretOf(s string) (string, error) {
	name, ok := strings.CutPrefix(s, "${")
	if !ok || !strings.HasSuffix(name, "}") {
		return s, nil
	}
	name = strings.TrimSuffix(name, "}")
	secret, set := os.LookupEnv(name)
	if !set {
		return "", errs.New(errs.Invalid, "its password is to be taken from the environment variable %s, which is not set; set it and start again", name)
	}
	return secret, nil
}

// played is how much of a looping log is brought along on the first start.
const played = 24 * time.Hour

func openReplay(c config.Connection, p place) (driver.Driver, error) {
	o := replay.Options{
		FS: p.logs, Files: c.Files, Now: time.Now, Speed: c.Speed, Rebase: true, Loop: c.Loop, Pause: c.Pause,
		Gap: 5 * time.Minute, Parts: c.Parts,
	}
	if c.Loop {
		o.Anchor = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // a machine that ran before us, and goes on without us
		if p.fresh {
			o.Past = played
		}
	}
	return replay.New(o)
}
