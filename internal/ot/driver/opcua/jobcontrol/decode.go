// Decoding, within bounds, whatever a server sends.

package jobcontrol

import (
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"
)

// maxOrders is how many job orders a receiver is believed to have.
const maxOrders = 10_000

// standing takes an ISA95JobOrderAndStateDataType.
func standing(r *wire.Reader) driver.JobStanding {
	s := driver.JobStanding{JobOrder: order(r)}
	s.State, s.Sub = states(r)
	return s
}

// order takes an ISA95JobOrderDataType: what of it we write ourselves, and passes over the rest.
func order(r *wire.Reader) (o driver.JobOrder) {
	mask := r.Uint32()
	o.ID = r.Text()
	if mask&orderDescription != 0 {
		for i := range r.Count(1) {
			if text := r.Localized(); i == 0 {
				o.About = text
			}
		}
	}
	if mask&orderWorkMaster != 0 {
		for i := range r.Count(8) {
			if id := workMaster(r); i == 0 {
				o.Product = id
			}
		}
	}
	if mask&orderStart != 0 {
		r.Uint64()
	}
	if mask&orderEnd != 0 {
		o.Due = wire.Time(r.Uint64())
	}
	if mask&orderPriority != 0 {
		o.Priority = int16(r.Uint16())
	}
	if mask&orderParameters != 0 {
		for range r.Count(9) {
			if id, text := parameter(r, 0); id == customerOrder {
				o.Order = text
			}
		}
	}
	for _, bit := range []uint32{orderPersonnel, orderEquipment, orderAssets} {
		if mask&bit != 0 {
			for range r.Count(8) {
				resource(r)
			}
		}
	}
	if mask&orderMaterial != 0 {
		for range r.Count(4) {
			if use, quantity := materialOf(r); use == produced || o.Quantity == "" {
				o.Quantity = quantity
			}
		}
	}
	return o
}

// workMaster takes an ISA95WorkMasterDataType and gives its ID.
func workMaster(r *wire.Reader) string {
	mask := r.Uint32()
	id := r.Text()
	if mask&1 != 0 {
		r.Localized()
	}
	if mask&2 != 0 {
		for range r.Count(9) {
			parameter(r, 0)
		}
	}
	return id
}

// maxNested is how deep parameters may hold others.
const maxNested = 20

// parameter takes an ISA95ParameterDataType, or an ISA95PropertyDataType, which is laid out alike; text is its value when
// that is a text.
func parameter(r *wire.Reader, depth int) (id, text string) {
	if depth > maxNested {
		r.Fail()
		return "", ""
	}
	mask := r.Uint32()
	id = r.Text()
	text, _ = r.Value().Text()
	if mask&1 != 0 {
		skipTexts(r)
	}
	if mask&2 != 0 {
		units(r)
	}
	if mask&4 != 0 {
		for range r.Count(9) {
			parameter(r, depth+1)
		}
	}
	return id, text
}

func skipTexts(r *wire.Reader) {
	for range r.Count(1) {
		r.Localized()
	}
}

// units passes over an EUInformation.
func units(r *wire.Reader) {
	r.Text()
	r.Uint32()
	r.Localized()
	r.Localized()
}

// resource passes over an ISA95PersonnelDataType, ISA95EquipmentDataType or ISA95PhysicalAssetDataType: they are laid out alike.
func resource(r *wire.Reader) {
	mask := r.Uint32()
	r.Text() // ID
	if mask&1 != 0 {
		skipTexts(r)
	}
	amount(r, mask>>1)
}

// amount takes use, quantity, unit and properties of a resource; the lowest bits of mask say which of them are there.
func amount(r *wire.Reader, mask uint32) (use, quantity string) {
	if mask&1 != 0 {
		use = r.Text()
	}
	if mask&2 != 0 {
		quantity = r.Text()
	}
	if mask&4 != 0 {
		units(r)
	}
	if mask&8 != 0 {
		for range r.Count(9) {
			parameter(r, 0)
		}
	}
	return use, quantity
}

// materialOf takes an ISA95MaterialDataType and gives what it is used for, and how much of it.
func materialOf(r *wire.Reader) (use, quantity string) {
	mask := r.Uint32()
	for bit := range 4 { // class, definition, lot, sublot
		if mask&(1<<bit) != 0 {
			r.Text()
		}
	}
	if mask&(1<<4) != 0 {
		skipTexts(r)
	}
	return amount(r, mask>>5)
}

// states takes the state of an order: the first is the state, one more is the state within.
func states(r *wire.Reader) (state driver.JobState, sub string) {
	for i := range r.Count(6) {
		text, number := stateOf(r)
		switch {
		case i == 0 && number >= uint32(driver.JobNotAllowedToStart) && number <= uint32(driver.JobAborted):
			state = driver.JobState(number)
		case i == 1:
			sub = text
		}
	}
	return state, sub
}

// stateOf takes an ISA95StateDataType.
func stateOf(r *wire.Reader) (text string, number uint32) {
	for range r.Count(4) { // the elements of a relative path
		r.NodeID()
		r.Uint8()
		r.Uint8()
		r.Uint16()
		r.Text()
	}
	text = r.Localized()
	return text, r.Uint32()
}

// list takes the answer to a read request for the list of job orders.
func list(r *wire.Reader) (all []driver.JobStanding, err error) {
	bodies, err := r.Objects(maxOrders)
	if err != nil {
		return nil, err
	}
	for _, b := range bodies {
		one := wire.NewReader(b)
		s := standing(one)
		if err := one.Err(); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// response takes the answer to RequestJobResponseByJobOrderID: where the order stands; JobUnknown when there is no such order.
func response(r *wire.Reader) (state driver.JobState, err error) {
	if n := r.Count(16); n != 1 {
		return driver.JobUnknown, wire.ErrMalformed
	}
	if tag.Quality(r.Uint32()).Bad() {
		return driver.JobUnknown, r.Err()
	}
	for range r.Count(4) {
		r.Uint32()
	}
	for range r.Count(1) {
		r.Diagnostic()
	}
	if n := r.Count(1); n < 1 {
		return driver.JobUnknown, r.Err()
	}
	b, err := r.Object()
	if err != nil || b == nil {
		return driver.JobUnknown, err
	}
	one := wire.NewReader(b)
	mask := one.Uint32()
	one.Text() // ID of the response
	if mask&1 != 0 {
		one.Localized()
	}
	one.Text() // ID of the order
	for _, bit := range []uint32{2, 4} {
		if mask&bit != 0 {
			one.Uint64()
		}
	}
	state, _ = states(one)
	return state, one.Err()
}
