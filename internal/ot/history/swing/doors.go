package swing

import (
	"time"

	"millwright/internal/ot/tag"
)

// Doors are the doors of a plant's tags.
type Doors struct {
	byTag []*Door // by ID; nil for a tag without one
	all   []*Door
}

// NewDoors makes a door for every tag that swings; nil when none does.
func NewDoors(tags []tag.Tag) *Doors {
	var d *Doors
	for _, t := range tags {
		if t.Swing <= 0 {
			continue
		}
		if d == nil {
			d = &Doors{}
		}
		if more := int(t.ID) + 1 - len(d.byTag); more > 0 {
			d.byTag = append(d.byTag, make([]*Door, more)...)
		}
		d.byTag[t.ID] = NewDoor(t.Swing, t.Silence())
		d.all = append(d.all, d.byTag[t.ID])
	}
	return d
}

func (d *Doors) of(id tag.ID) *Door {
	if d == nil || int(id) >= len(d.byTag) {
		return nil
	}
	return d.byTag[id]
}

// Pass takes a batch that arrives now and gives what is to be kept of it, and of what was held back before it.
// The batch is not changed; it is given back as it is when none of its tags swings.
func (d *Doors) Pass(batch []tag.Sample, now time.Time) []tag.Sample {
	for i, s := range batch {
		if d.of(s.Tag) != nil {
			return d.thin(append(make([]tag.Sample, 0, len(batch)+1), batch[:i]...), batch[i:], now)
		}
	}
	return batch
}

func (d *Doors) thin(out, batch []tag.Sample, now time.Time) []tag.Sample {
	for _, s := range batch {
		if door := d.of(s.Tag); door != nil {
			out = door.Pass(out, s, now)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// Overdue gives what has been held back for as long as it may be.
func (d *Doors) Overdue(now time.Time) (out []tag.Sample) {
	if d == nil {
		return nil
	}
	for _, door := range d.all {
		if door.Overdue(now) {
			out = door.Flush(out)
		}
	}
	return out
}

// Flush gives all that is held back.
func (d *Doors) Flush() (out []tag.Sample) {
	if d == nil {
		return nil
	}
	for _, door := range d.all {
		out = door.Flush(out)
	}
	return out
}
