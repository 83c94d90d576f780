// Package driver is the contract of a protocol: what every connection to machines can do.
package driver

import (
	"context"
	"errors"
	"time"

	"millwright/internal/ot/tag"
)

// Point is one tag as a driver reads it.
type Point struct {
	Tag      tag.ID
	Address  string        // in the protocol's own words
	Interval time.Duration // sampling interval asked for; the device may revise it
	Deadband float64       // absolute, applied at the device where it can; 0 passes every change
	Queue    uint32        // readings the device may keep between two deliveries; 0 means a sensible default
}

// Driver is one connection's protocol.
type Driver interface {
	// Run holds exactly one session: connects, delivers readings of all points, and returns
	// when ctx ends (nil) or the session is lost (why). It never reconnects and never logs.
	// A point that does not exist is emitted as Bad and stops no other. emit is called from one
	// goroutine at a time, with readings in the machine's time order per tag, and must not be
	// kept waiting; the batch belongs to emit.
	Run(ctx context.Context, points []Point, emit func([]tag.Sample)) error
}

// Changer is a driver whose points may be others while its session goes on.
type Changer interface {
	// Change puts other points in the place of those that Run was given, and returns when the device knows. Readings of
	// points that stay as they are go on as if nothing had happened; a point that is new, or is read in another way,
	// begins anew. After an error nobody knows what is read: the session must be ended.
	Change(ctx context.Context, points []Point) error
}

// ErrOutcomeUnknown is a write whose answer was lost: the machine may have taken the value or not.
var ErrOutcomeUnknown = errors.New("it is not known whether the value was written")

// Writer is a driver that can change a value in the machine. Only ot/control may call it.
type Writer interface {
	Write(ctx context.Context, address string, v tag.Value) error
}

// Node is one thing found in a device's address space.
type Node struct {
	Address string
	Name    string
	Kind    tag.Kind // None for folders and types we cannot read
	Folder  bool
	Type    Type // what it is an instance of
}

// Type is the definition of a node in an information model; zero where the device names none, or only one of the
// protocol's own.
type Type struct{ URI, Name string } // of the model, and of the type in it

// Browser is a driver that can list what a device offers, one level below an address ("" is the top).
type Browser interface {
	Browse(ctx context.Context, address string) ([]Node, error)
}

// Level is what stands one level below a node, or why that cannot be told.
type Level struct {
	Nodes []Node
	Err   error
}

// Lister is a Browser that lists many levels in few requests.
type Lister interface {
	// BrowseAll gives for each address, in order, what Browse would. A level that is too much for being listed with the
	// others has an error: it can be asked for alone.
	BrowseAll(ctx context.Context, addresses []string) ([]Level, error)
}

// Reader is a driver that can be asked for current values once.
type Reader interface {
	// Read gives one sample per address, in order, Tag left 0; a failing address is a Bad sample.
	Read(ctx context.Context, addresses []string) ([]tag.Sample, error)
}

// Measurer is a driver that can tell in which units values are.
type Measurer interface {
	// Units gives for each address, in order, the code of UNECE Recommendation 20 that the device says its value is in,
	// or the device's own word; "" where it says nothing.
	Units(ctx context.Context, addresses []string) ([]string, error)
}
