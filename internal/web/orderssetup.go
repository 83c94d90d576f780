// How a work unit is given job orders.

package web

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/joborders"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// ordersForm asks whether a unit takes job orders, and where.
func ordersForm(p place) equipment.Form {
	e := p.unit.JobOrders
	connections := []ui.Choice{{Value: "", Name: "The unit's own"}}
	for _, c := range p.doc.Connections {
		if c.Driver == "opcua" {
			connections = append(connections, ui.Choice{Value: c.ID, Name: c.ID + " (" + cmp.Or(c.Endpoint, c.Driver) + ")"})
		}
	}
	ahead := ""
	if e.Ahead != 0 {
		ahead = strconv.Itoa(e.Ahead)
	}
	return equipment.Form{
		ID: "orders", Title: "Job orders", Action: "/admin/lines/" + p.line.ID + "/unit/" + p.id() + "/orders", Seal: seal(e), Button: "Keep in the draft",
		Lead: "A machine with OPC UA ISA-95 Job Control (OPC 10031-4) can be given the jobs of its line: it is told when one starts, is held or ends, and when it starts, holds or ends one itself, the job follows.",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			optional(text("receiver", "Node that takes job orders", "An object of ISA95JobOrderReceiverObjectType, like nsu=urn:press;s=JobOrderReceiver. Empty: the unit takes none.", e.Receiver)),
			choose("orders-connection", "Connection", "A session of its own is held over it.", e.Connection, connections...),
			optional(text("ahead", "Jobs given ahead", "How many waiting jobs the machine has before they are started, up to 20. Nothing written is none.", ahead)),
		}}},
	}
}

// ordersNames say where the form shows what is wrong.
func ordersNames(p place) []renamed {
	at := p.path + ".job_orders"
	return []renamed{{at + ".receiver", "receiver"}, {at + ".connection", "orders-connection"}, {at + ".ahead", "ahead"}}
}

func readOrders(c echo.Context, u *config.UnitEntry) error {
	u.JobOrders = joborders.Entry{Receiver: strings.TrimSpace(c.FormValue("receiver"))}
	if u.JobOrders.Receiver == "" {
		return nil
	}
	u.JobOrders.Connection = c.FormValue("orders-connection")
	var w wrong
	if text := strings.TrimSpace(c.FormValue("ahead")); text != "" {
		var err error
		if u.JobOrders.Ahead, err = strconv.Atoi(text); err != nil {
			w.add("ahead", "Write a whole number, or nothing.")
		}
	}
	return w.err()
}
