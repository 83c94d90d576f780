package opcua_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
)

// bottles is a job order with everything in it that we tell a machine.
func bottles() driver.JobOrder {
	return driver.JobOrder{
		ID: "WO-000123/10", About: "Fill 1 l bottles, ä", Product: "Water 1 l", Quantity: "1000.5", Order: "SO-7", Priority: 5,
		Due: time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC),
	}
}

// jobMachine is a machine that takes job orders, and a driver that holds a session with it.
func jobMachine(t *testing.T) (*nodeServer, *opcua.Driver) {
	t.Helper()
	node := startNode(t, options{Jobs: true, Namespaces: []string{"urn:before:all:others"}})
	d := quick(t, opcua.Config{Endpoint: node.endpoint()})
	ctx, cancel := context.WithCancel(t.Context())
	opened, ended := make(chan struct{}), make(chan struct{})
	var err error
	go func() {
		err = d.Hold(ctx, func() { close(opened) })
		close(ended)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case <-opened:
	case <-ended:
		t.Fatalf("no session: %v", err)
	}
	return node, d
}

func TestJobControl(t *testing.T) {
	t.Parallel()
	node, d := jobMachine(t)
	receiver := at("Receiver")
	orders := func() []driver.JobStanding {
		t.Helper()
		all, err := d.JobOrders(t.Context(), receiver)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	command := func(do driver.JobCommand, o driver.JobOrder) {
		t.Helper()
		if err := d.Command(t.Context(), receiver, do, o, "as planned"); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(want driver.JobState) {
		t.Helper()
		all := orders()
		if len(all) != 1 || all[0].State != want {
			t.Fatalf("orders at the machine: %v, want one that is %v", all, want)
		}
	}
	jobsRefused(t, d)
	if all := orders(); len(all) != 0 {
		t.Fatalf("a new machine has job orders: %v", all)
	}
	o := bottles()
	command(driver.JobStore, o)
	stands(driver.JobNotAllowedToStart)
	if diff := cmp.Diff(o, orders()[0].JobOrder); diff != "" {
		t.Errorf("the order came back otherwise than it was sent (-sent +back):\n%s", diff)
	}
	o.Quantity, o.About, o.Priority, o.Order, o.Due = "1200", "", 0, "", time.Time{}
	command(driver.JobUpdate, o)
	if diff := cmp.Diff(o, orders()[0].JobOrder); diff != "" {
		t.Errorf("without its optional fields it came back otherwise (-sent +back):\n%s", diff)
	}
	command(driver.JobStart, o)
	stands(driver.JobAllowedToStart)
	command(driver.JobRevokeStart, o)
	stands(driver.JobNotAllowedToStart)
	command(driver.JobStart, o)
	node.do(t, drivertest.Command{Op: "job", Name: o.ID, Value: "Running"})
	stands(driver.JobRunning)
	command(driver.JobPause, o)
	stands(driver.JobInterrupted)
	if sub := orders()[0].Sub; sub != "Held" {
		t.Errorf("the state within is %q, want Held", sub)
	}
	command(driver.JobResume, o)
	stands(driver.JobRunning)
	command(driver.JobStop, o)
	stands(driver.JobEnded)
	command(driver.JobClear, o)
	if all := orders(); len(all) != 0 {
		t.Errorf("after Clear the machine still has %v", all)
	}
	if became, err := d.Became(t.Context(), receiver, o.ID); err != nil || became != driver.JobEnded {
		t.Errorf("the cleared order became %v (%v), want Ended", became, err)
	}
	if became, err := d.Became(t.Context(), receiver, "never"); err != nil || became != driver.JobUnknown {
		t.Errorf("an order that was never there became %v (%v), want unknown", became, err)
	}
	for _, do := range []driver.JobCommand{driver.JobCancel, driver.JobAbort} {
		command(driver.JobStoreAndStart, o)
		stands(driver.JobAllowedToStart)
		command(do, o)
		if do == driver.JobAbort {
			stands(driver.JobAborted)
		}
	}
}

// jobsRefused asks for what a machine does not do.
func jobsRefused(t *testing.T, d *opcua.Driver) {
	t.Helper()
	for _, c := range []struct {
		name, receiver string
		do             driver.JobCommand
		order          string
		kind           errs.Kind
		words          string
	}{
		{"an order the machine cannot take", at("Receiver"), driver.JobStore, "refused", errs.Conflict, "it cannot take the job order"},
		{"a step of an order it does not know", at("Receiver"), driver.JobPause, "J-9", errs.Conflict, "unknown job order"},
		{"a node that is not there", at("nothing"), driver.JobStore, "J-1", errs.NotFound, "BadNodeIdUnknown"},
		{"a node that takes no orders", at("Provider"), driver.JobStore, "J-1", errs.Invalid, "takes no job orders"},
		{"a namespace that is not there", "nsu=urn:other;s=Receiver", driver.JobStore, "J-1", errs.NotFound, "urn:other"},
		{"no address", "Receiver", driver.JobStore, "J-1", errs.Invalid, "no OPC UA address"},
	} {
		err := d.Command(t.Context(), c.receiver, c.do, driver.JobOrder{ID: c.order, Product: "P", Quantity: "1"}, "")
		if errs.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %q", c.name, err, c.words)
		}
	}
}

func TestJobCommandWithoutSession(t *testing.T) {
	t.Parallel()
	d := quick(t, opcua.Config{Endpoint: "opc.tcp://127.0.0.1:1"})
	err := d.Command(t.Context(), at("Receiver"), driver.JobStart, bottles(), "")
	if errs.KindOf(err) != errs.Unavailable || !strings.Contains(err.Error(), "nothing was sent") {
		t.Errorf("a command without a session: %v", err)
	}
}
