package machines

import (
	"context"
	"net"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/app/demoplant"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/plantserver"
	"millwright/internal/ot/tag"
)

func TestAMachineThatComesUpWithUsIsNotCalledBefore(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	asked := make(chan struct{})
	m := New(Options{Certificates: t.TempDir(), Networks: config.Default().OPCUA.Prefixes(), Up: map[string]func(context.Context){"press": func(ctx context.Context) {
		close(asked)
		demoplant.Listens(ctx, address)
	}}})
	defer m.Close()
	d, err := m.Open(t.Context(), config.Connection{ID: "press", Driver: "opcua", Endpoint: "opc.tcp://" + address, Policy: "None", Mode: "None"}, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	first, ended := make(chan tag.Sample, 1000), make(chan error, 1)
	go func() {
		ended <- d.Run(ctx, []driver.Point{{Tag: 7, Address: "nsu=urn:press;s=press.v", Interval: 10 * time.Millisecond}}, func(batch []tag.Sample) {
			for _, s := range batch {
				first <- s
			}
		})
	}()
	<-asked // nobody listens yet
	s, err := plantserver.Start(t.Context(), plantserver.Options{Listen: address, Namespace: "urn:press", Name: "press", Nodes: []plantserver.Node{{ID: "press.v", Name: "v", Type: plantserver.Double}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	s.Publish([]tag.Sample{{Tag: 1, Time: time.Now(), Value: tag.FloatValue(1)}})
	select {
	case err := <-ended:
		t.Fatalf("it was called too early: %v", err)
	case one := <-first:
		if one.Tag != 7 {
			t.Errorf("%+v", one)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestNobodyWaitsForAMachineWhenTheProgramEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	m := New(Options{Networks: config.Default().OPCUA.Prefixes(), Up: map[string]func(context.Context){"press": func(ctx context.Context) {
		stop()
		<-ctx.Done()
	}}})
	defer m.Close()
	d, err := m.Open(ctx, config.Connection{ID: "press", Driver: "opcua", Endpoint: "opc.tcp://127.0.0.1:1", Policy: "None", Mode: "None"}, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Run(ctx, nil, func([]tag.Sample) {}); err != nil {
		t.Error(err)
	}
}
