// Package survey looks through what a machine offers, level by level, and remembers what it saw.
package survey

import (
	"context"
	"slices"
	"strings"
	"sync"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// Source is a machine that can be looked through.
type Source interface {
	driver.Browser
	driver.Reader
}

// The bounds of what is remembered, and of one search.
const (
	maxKept     = 60_000 // nodes
	maxLevels   = 400    // asked for by one search
	maxSearched = 20_000 // nodes seen by one search
	maxDepth    = 12
	maxAhead    = 100 // levels asked for at once
)

// Found is a node with where it stands.
type Found struct {
	driver.Node
	Parent string        // name of what it stands under; "" at the top
	Path   []string      // names from the top down, without its own
	Above  []driver.Type // types of what it stands under, as Path
}

// Survey is one look through a machine. It may be used from several goroutines.
type Survey struct {
	source Source

	mu     sync.Mutex
	levels map[string][]driver.Node
	above  map[string]above // of every node seen, by its address
	units  map[string]string
	kept   int
}

// above is what a node stands under, where it was seen first.
type above struct {
	name   string
	kind   driver.Type
	parent string // address; "" for the top
}

// New makes a survey that has seen nothing yet.
func New(s Source) *Survey {
	return &Survey{source: s, levels: map[string][]driver.Node{}, above: map[string]above{}, units: map[string]string{}}
}

// Level lists what stands below an address, "" for the top. Of a list that is too long it gives the beginning with an error.
func (s *Survey) Level(ctx context.Context, address string) ([]driver.Node, error) {
	s.mu.Lock()
	nodes, known := s.levels[address]
	s.mu.Unlock()
	if known {
		return nodes, nil
	}
	nodes, err := s.source.Browse(ctx, address)
	if len(nodes) > 0 || err == nil {
		s.keep(address, nodes)
	}
	return nodes, err
}

func (s *Survey) keep(address string, nodes []driver.Node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept += len(nodes); s.kept > maxKept {
		s.levels, s.above, s.units, s.kept = map[string][]driver.Node{}, map[string]above{}, map[string]string{}, len(nodes)
	}
	s.levels[address] = nodes
	for _, n := range nodes {
		if _, seen := s.above[n.Address]; !seen {
			s.above[n.Address] = above{n.Name, n.Type, address}
		}
	}
}

// ahead asks for levels at once where the machine can be asked so. What it does not get is asked for by itself later.
func (s *Survey) ahead(ctx context.Context, addresses []string) {
	l, can := s.source.(driver.Lister)
	if !can {
		return
	}
	s.mu.Lock()
	unknown := slices.DeleteFunc(addresses, func(a string) bool { _, known := s.levels[a]; return known })
	s.mu.Unlock()
	if len(unknown) < 2 {
		return
	}
	levels, err := l.BrowseAll(ctx, unknown)
	if err != nil {
		return
	}
	for i, level := range levels {
		if level.Err == nil {
			s.keep(unknown[i], level.Nodes)
		}
	}
}

// knows tells whether a level was seen.
func (s *Survey) knows(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.levels[address]
	return known
}

// Trail gives the way from the top to an address as far as it was seen, the address itself last.
func (s *Survey) Trail(address string) []driver.Node {
	s.mu.Lock()
	defer s.mu.Unlock()
	var way []driver.Node
	for range maxDepth {
		a, seen := s.above[address]
		if !seen || address == "" {
			break
		}
		way = append(way, driver.Node{Address: address, Name: a.name, Type: a.kind})
		address = a.parent
	}
	slices.Reverse(way)
	return way
}

// Find gives nodes of a level that were listed before, by their addresses; what was not is left out.
func (s *Survey) Find(ctx context.Context, level string, addresses []string) ([]Found, error) {
	nodes, err := s.Level(ctx, level)
	if err != nil && len(nodes) == 0 {
		return nil, err
	}
	by := make(map[string]driver.Node, len(nodes))
	for _, n := range nodes {
		by[n.Address] = n
	}
	path, types := names(s.Trail(level))
	var all []Found
	for _, a := range addresses {
		if n, ok := by[a]; ok {
			all = append(all, Found{Node: n, Parent: last(path), Path: path, Above: types})
		}
	}
	return all, nil
}

// Read gives the values that stand at addresses.
func (s *Survey) Read(ctx context.Context, addresses []string) ([]tag.Sample, error) {
	return s.source.Read(ctx, addresses)
}

// Units gives the engineering unit that the machine says each value is in, by address: a code of the UNECE, or its own
// word. It does without where the machine says nothing, or not in time.
func (s *Survey) Units(ctx context.Context, addresses []string) map[string]string {
	m, can := s.source.(driver.Measurer)
	if !can {
		return nil
	}
	s.mu.Lock()
	known := make(map[string]string, len(addresses))
	var ask []string
	for _, a := range addresses {
		if unit, seen := s.units[a]; seen {
			known[a] = unit
		} else {
			ask = append(ask, a)
		}
	}
	s.mu.Unlock()
	if len(ask) == 0 {
		return known
	}
	units, err := m.Units(ctx, ask)
	if err != nil {
		return known
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, a := range ask {
		known[a], s.units[a] = units[i], units[i]
	}
	return known
}

// Search gives the nodes below an address that fit; whole is false when it gave up before it had seen everything.
// Loops in the address space are walked once.
func (s *Survey) Search(ctx context.Context, from string, fits func(driver.Node) bool, limit int) (all []Found, whole bool, err error) {
	return s.search(ctx, from, true, fits, limit)
}

// search asks the machine, or looks through what was seen only.
func (s *Survey) search(ctx context.Context, from string, ask bool, fits func(driver.Node) bool, limit int) (all []Found, whole bool, err error) {
	type place struct {
		address string
		path    []string
		types   []driver.Type
	}
	next := func(queue []place) []string {
		addresses := make([]string, min(len(queue), maxAhead))
		for i := range addresses {
			addresses[i] = queue[i].address
		}
		return addresses
	}
	start, above := names(s.Trail(from))
	queue, seen, nodesSeen := []place{{from, start, above}}, map[string]bool{from: true}, 0
	until := 0 // the place up to which was asked ahead
	for asked := 0; len(queue) > 0; asked++ {
		if asked == maxLevels || nodesSeen > maxSearched || len(all) >= limit || ctx.Err() != nil {
			return all[:min(len(all), limit)], false, nil //nolint:nilerr // what was found until then is the answer, and not the whole
		}
		if ask && asked == until {
			soon := next(queue)
			s.ahead(ctx, soon)
			until += len(soon)
		}
		at := queue[0]
		queue = queue[1:]
		nodes, err := s.Level(ctx, at.address)
		if err != nil && asked == 0 && len(nodes) == 0 {
			return nil, false, err
		}
		nodesSeen += len(nodes)
		for _, n := range nodes {
			if seen[n.Address] {
				continue
			}
			seen[n.Address] = true
			if fits(n) {
				all = append(all, Found{Node: n, Parent: last(at.path), Path: at.path, Above: at.types})
			}
			if n.Folder && len(at.path) < maxDepth && (ask || s.knows(n.Address)) {
				queue = append(queue, place{n.Address, append(slices.Clone(at.path), n.Name), append(slices.Clone(at.types), n.Type)})
			}
		}
	}
	return all[:min(len(all), limit)], len(all) <= limit, nil
}

// Named fits nodes whose name holds a word, without regard to case.
func Named(word string) func(driver.Node) bool {
	word = strings.ToLower(word)
	return func(n driver.Node) bool { return strings.Contains(strings.ToLower(n.Name), word) }
}

func names(way []driver.Node) (names []string, types []driver.Type) {
	names, types = make([]string, len(way)), make([]driver.Type, len(way))
	for i, n := range way {
		names[i], types[i] = n.Name, n.Type
	}
	return names, types
}

func last(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}
