// Encoding: structures with optional fields (OPC 10000-6 §5.2.7), as the job control model defines them.

package jobcontrol

import (
	"time"

	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/driver"
)

// The bits of the optional fields of ISA95JobOrderDataType, ISA95WorkMasterDataType, ISA95ParameterDataType
// and ISA95MaterialDataType that we write.
const (
	orderDescription = 1 << 0
	orderWorkMaster  = 1 << 1
	orderStart       = 1 << 2
	orderEnd         = 1 << 3
	orderPriority    = 1 << 4
	orderParameters  = 1 << 5
	orderPersonnel   = 1 << 6
	orderEquipment   = 1 << 7
	orderAssets      = 1 << 8
	orderMaterial    = 1 << 9

	materialDefinition = 1 << 1
	materialUse        = 1 << 5
	materialQuantity   = 1 << 6
)

// produced is the use of a material that an order makes (ISA-95).
const produced = "Produced"

// customerOrder is the parameter that names the customer's order.
const customerOrder = "CustomerOrder"

// body is an order as ISA95JobOrderDataType.
type body struct{ order driver.JobOrder }

// Encode implements ua.BinaryEncoder.
func (b body) Encode() ([]byte, error) {
	o := b.order
	mask := uint32(0)
	set := func(has bool, bits uint32) {
		if has {
			mask |= bits
		}
	}
	set(o.About != "", orderDescription)
	set(o.Product != "", orderWorkMaster|orderMaterial)
	set(!o.Due.IsZero(), orderEnd)
	set(o.Priority != 0, orderPriority)
	set(o.Order != "", orderParameters)

	w := ua.NewBuffer(nil)
	w.WriteUint32(mask)
	w.WriteString(o.ID)
	if mask&orderDescription != 0 {
		w.WriteUint32(1)
		w.WriteStruct(ua.NewLocalizedText(o.About))
	}
	if mask&orderWorkMaster != 0 {
		w.WriteUint32(1)
		w.WriteUint32(0) // neither description nor parameters
		w.WriteString(o.Product)
	}
	if mask&orderEnd != 0 {
		w.WriteInt64(ticks(o.Due))
	}
	if mask&orderPriority != 0 {
		w.WriteInt16(o.Priority)
	}
	if mask&orderParameters != 0 {
		w.WriteUint32(1)
		w.WriteUint32(0)
		w.WriteString(customerOrder)
		w.WriteStruct(ua.MustVariant(o.Order))
	}
	if mask&orderMaterial != 0 {
		material(w, o)
	}
	return w.Bytes(), w.Error()
}

// material writes what the order makes, and how much of it.
func material(w *ua.Buffer, o driver.JobOrder) {
	w.WriteUint32(1)
	w.WriteUint32(materialDefinition | materialUse | materialQuantity)
	w.WriteString(o.Product)
	w.WriteString(produced)
	w.WriteString(o.Quantity)
}

// ticks counts 100 ns from the year 1601.
func ticks(t time.Time) int64 {
	return (t.Unix()+11644473600)*10_000_000 + int64(t.Nanosecond())/100
}

// comment is why something is asked for, in the one language that we know of.
func comment(why string) *ua.Variant {
	texts := []*ua.LocalizedText{}
	if why != "" {
		texts = append(texts, ua.NewLocalizedText(why))
	}
	return ua.MustVariant(texts)
}
