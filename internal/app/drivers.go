package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/replay"
)

// site is what a driver may need of the place it runs in.
type place struct {
	data string // the data folder
	logs fs.FS  // where replayed logs lie
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
