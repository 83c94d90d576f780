package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/tag"
)

const namespace = "urn:millwright:bench"

// Stationed says what a station serves, and where.
type Stationed struct {
	Options
	Listen string // "127.0.0.1:4842"
	Clock  bool   // values are the time of their change in microseconds, not its number; counters go on counting
}

// Station serves tags that change Hz times a second, until in ends; then it says how often it published.
func Station(ctx context.Context, o Stationed, in io.Reader, out io.Writer) error {
	nodes := make([]plantserver.Node, o.Tags)
	for i := range nodes {
		id := nodeOf(i)
		nodes[i] = plantserver.Node{ID: id, Path: []string{"bench"}, Name: id, Type: plantserver.Int64}
	}
	s, err := plantserver.Start(ctx, plantserver.Options{Listen: o.Listen, Namespace: namespace, Name: "bench", Nodes: nodes})
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, in); close(ended) }()
	changes := publish(ctx, s, o, ended)
	if err := s.Close(); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(changes)
}

// steps is how many parts of the tags change one after another within a period, as real ones would.
const steps = 10

func publish(ctx context.Context, s *plantserver.Server, o Stationed, ended <-chan struct{}) (changes int64) {
	period := time.Duration(float64(time.Second) / o.Hz / steps)
	tick := time.NewTicker(period)
	defer tick.Stop()
	numbers := make([]int64, steps)
	for part := 0; ; part = (part + 1) % steps {
		select {
		case <-ended:
			return changes
		case <-ctx.Done():
			return changes
		case <-tick.C:
		}
		now := time.Now().UTC().Truncate(time.Microsecond)
		numbers[part]++
		number := tag.IntValue(numbers[part])
		batch := make([]tag.Sample, 0, o.Tags/steps+1)
		for i := part; i < o.Tags; i += steps {
			v := number
			if o.Clock && i%perUnit != 0 {
				v = tag.IntValue(now.UnixMicro())
			}
			batch = append(batch, tag.Sample{Tag: tag.ID(i + 1), Time: now, Value: v})
		}
		s.Publish(batch)
		changes += int64(len(batch))
	}
}

// perUnit is how many tags a work unit of the bench has; four units make a line.
const perUnit = 50

func nodeOf(i int) string {
	unit := i / perUnit
	return fmt.Sprintf("line-%d.unit-%d.t%d", unit/4, unit%4, i%perUnit)
}

// plantFile writes a plant of as many tags: units of fifty, four to a line, each counting with its first tag.
func plantFile(tags int, endpoint string, hz float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "enterprise: Bench\nconnections: [{id: plc, driver: opcua, endpoint: %q, policy: None, mode: None}]\nmachines:\n", endpoint)
	interval := time.Duration(float64(time.Second) / hz / 2) // twice as often as they change: none is left out by sampling
	machine := func(name string, n int) {
		fmt.Fprintf(&b, "  %s:\n    signals: {good: {tag: t0}}\n    tags:\n", name)
		for i := range n {
			fmt.Fprintf(&b, "      t%d: {address: \"nsu=%s;s={line}.{unit}.t%d\", interval: %s}\n", i, namespace, i, interval)
		}
	}
	machine("full", perUnit)
	if rest := tags % perUnit; rest > 0 {
		machine("rest", rest)
	}
	b.WriteString("sites:\n  - {id: bench, zone: UTC, areas: [{id: hall, lines: [")
	for unit := 0; unit*perUnit < tags; unit++ {
		if unit%4 == 0 {
			if unit > 0 {
				b.WriteString("]}, ")
			}
			fmt.Fprintf(&b, "{id: line-%d, rates: {\"*\": 100ms}, units: [", unit/4)
		} else {
			b.WriteString(", ")
		}
		kind := "full"
		if tags-unit*perUnit < perUnit {
			kind = "rest"
		}
		fmt.Fprintf(&b, "{id: unit-%d, connection: plc, machines: [%s]}", unit%4, kind)
	}
	b.WriteString("]}]}]}\n")
	return b.String()
}
