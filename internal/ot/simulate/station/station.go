// Package station runs the simulated plant by the clock and serves it over OPC UA, as controllers on the shop floor would.
package station

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/backfill"
	"millwright/internal/ot/tag"
)

// Namespace is the URI of the plant's nodes; their identifiers are strings like "filling-1.filler.State".
const Namespace = "urn:millwright:simulator"

// Options says which plant to run and where.
type Options struct {
	Listen      string  // loopback address of the OPC UA server: "127.0.0.1:4841"
	Seed        uint64  // what the plant's luck grows from
	Speed       float64 // cycles, stops and changeovers are so many times shorter; 0.1 to 100
	Snapshot    string  // file that the plant goes on from; "" forgets everything at the end
	BackfillURL string  // address of a Millwright that gets the past day when the plant is new; "" tells nobody
	Token       string  // for the back-fill
	Log         *slog.Logger
	Ready       func(url string) // called once the plant is served; may be nil
}

// How often the plant is moved, and how often its memory is written down.
const (
	cadence   = 100 * time.Millisecond
	saveEvery = time.Minute
	stride    = time.Minute // the longest step: after a gap the plant catches up in many
)

// Run runs the plant until ctx ends. A new plant first lives through the past day and tells it to
// BackfillURL; one with a snapshot goes on from there as if it had never stopped.
func Run(ctx context.Context, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := plantserver.Free(o.Listen); err != nil {
		return err
	}
	r, err := open(o, time.Now())
	if err != nil {
		return err
	}
	if err := r.tellThePast(ctx); err != nil {
		return unlessStopped(ctx, err)
	}
	return r.serve(ctx)
}

// unlessStopped gives an error, but none when everything is ending anyway.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// room is where one plant is run. It belongs to the goroutine of Run.
type room struct {
	Options
	plant  *simulate.Plant
	past   bool // the past is still to be told
	saved  time.Time
	writes chan write
	over   chan struct{} // closed when nobody answers writes any more
}

// write is a setpoint that a client wants.
type write struct {
	tag    tag.ID
	value  tag.Value
	result chan error
}

// tellThePast sends the back-fill of a new plant. The snapshot written before it lets a later run tell the same past again.
func (r *room) tellThePast(ctx context.Context) error {
	if !r.past {
		return nil
	}
	began := time.Now()
	r.Log.Info("tell the plant's past", "from", r.plant.Now(), "to", r.BackfillURL)
	report, err := backfill.Push(ctx, r.plant, backfill.Options{URL: r.BackfillURL, Token: r.Token})
	if err != nil {
		return err
	}
	if report.Refused > 0 {
		first := report.Refusals[0]
		r.Log.Warn("some of the plant's past was refused", "samples", report.Refused, "tag", first.Tag, "time", first.Time, "why", first.Error)
	}
	r.Log.Info("the plant's past is told", "samples", report.Sent, "accepted", report.Accepted, "took", time.Since(began).Round(time.Millisecond))
	r.past = false
	return r.save()
}

// serve shows the plant and moves it by the clock until ctx ends.
func (r *room) serve(ctx context.Context) error {
	if err := r.catchUp(ctx, nil); err != nil {
		return unlessStopped(ctx, err)
	}
	server, err := plantserver.Start(ctx, plantserver.Options{Listen: r.Listen, Namespace: Namespace, Name: "Millwright demo plant", Nodes: r.nodes()})
	if err != nil {
		return err
	}
	server.Publish(r.plant.Values())
	r.Log.Info("the simulated plant runs", "url", server.URL(), "seed", r.Seed, "speed", r.Speed)
	if r.Ready != nil {
		r.Ready(server.URL())
	}
	r.loop(ctx, server)
	close(r.over)
	if err := server.Close(); err != nil {
		r.Log.Debug("a client did not part in order", "err", err)
	}
	return r.save()
}

func (r *room) loop(ctx context.Context, server *plantserver.Server) {
	beat := time.NewTicker(cadence)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-r.writes:
			changes, err := r.plant.Write(w.tag, w.value)
			server.Publish(changes)
			w.result <- err
			if err == nil {
				r.keep()
			}
		case <-beat.C:
			if err := r.catchUp(ctx, server); err != nil {
				return
			}
			if time.Since(r.saved) >= saveEvery {
				r.keep()
			}
		}
	}
}

// catchUp moves the plant to the present and shows what happened; after a long gap it looks at ctx between two strides.
func (r *room) catchUp(ctx context.Context, server *plantserver.Server) error {
	now := time.Now().Truncate(time.Microsecond) // the plant knows no shorter time
	for r.plant.Now().Before(now) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		to := r.plant.Now().Add(stride)
		if to.After(now) {
			to = now
		}
		changes := r.plant.Advance(to)
		if server != nil {
			server.Publish(changes)
		}
	}
	return nil
}

// keep saves, and goes on when that fails: the plant runs, its memory is only older.
func (r *room) keep() {
	if err := r.save(); err != nil {
		r.Log.Error("the plant's snapshot was not written", "err", err)
	}
}

// nodes shows every signal; setpoints are handed to the loop.
func (r *room) nodes() []plantserver.Node {
	types := map[simulate.Type]plantserver.Type{
		simulate.Int32: plantserver.Int32, simulate.UInt16: plantserver.UInt16, simulate.UInt32: plantserver.UInt32,
		simulate.Double: plantserver.Double, simulate.String: plantserver.String,
	}
	units := map[string]string{"Speed": "C94", "Energy": "KWH", "Temperature": "CEL", "TemperatureSetpoint": "CEL", "Vibration": "C16"}
	var all []plantserver.Node
	for _, s := range r.plant.Signals() {
		n := plantserver.Node{ID: s.Node, Path: []string{s.Line, s.Unit}, Name: s.Label, Type: types[s.Type], Unit: units[s.Label]}
		if s.Writable {
			n.Write = func(v tag.Value) error { return r.set(s.Tag, v) }
		}
		all = append(all, n)
	}
	return all
}

// set hands a setpoint to the loop and waits for its answer.
func (r *room) set(id tag.ID, v tag.Value) error {
	w := write{id, v, make(chan error, 1)}
	select {
	case r.writes <- w:
		return <-w.result
	case <-r.over:
		return errors.New("write to the simulated plant: it is stopping")
	}
}
