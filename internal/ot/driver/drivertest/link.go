package drivertest

import (
	"context"
	"errors"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// link is the network between driver and device, with faults on demand.
type link struct{ proxy *toxiproxy.Proxy }

func newLink(t *testing.T, device string) *link {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	l := &link{toxiproxy.NewProxy(server, "link", "127.0.0.1:0", device)}
	must(t, l.proxy.Start())
	t.Cleanup(func() {
		_ = l.heal()
		l.proxy.Stop()
	})
	return l
}

func (l *link) address() string { return l.proxy.Listen }

// cut breaks all connections and takes no new ones.
func (l *link) cut() error {
	l.proxy.Stop()
	return nil
}

// black keeps all connections and lets nothing through, in neither direction.
func (l *link) black() error {
	return l.add(
		`{"name":"up","type":"timeout","stream":"upstream","attributes":{"timeout":0}}`,
		`{"name":"down","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`,
	)
}

// slow delivers everything, late and in small pieces.
func (l *link) slow() error {
	return l.add(
		`{"name":"late","type":"latency","stream":"downstream","attributes":{"latency":150,"jitter":100}}`,
		`{"name":"pieces","type":"slicer","stream":"downstream","attributes":{"average_size":20,"size_variation":10,"delay":100}}`,
	)
}

func (l *link) add(toxics ...string) error {
	for _, toxic := range toxics {
		if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			return err
		}
	}
	return nil
}

// heal ends every fault.
func (l *link) heal() error {
	l.proxy.Toxics.ResetToxics(context.Background())
	if err := l.proxy.Start(); err != nil && !errors.Is(err, toxiproxy.ErrProxyAlreadyStarted) {
		return err
	}
	return nil
}
