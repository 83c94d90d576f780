package office

import (
	"context"
	"fmt"

	"millwright/internal/erp/item"
	"millwright/internal/erp/tool"
)

// tools are what the company makes things with beside its machines.
func tools() []tool.Tool {
	return []tool.Tool{
		{Number: "MOULD-05", Name: "Blow mould, 0.5 l", Count: 1, Place: "Mould store, bay 1"},
		{Number: "MOULD-10", Name: "Blow mould, 1 l", Count: 1, Place: "Mould store, bay 2"},
		{Number: "CHUCK-B", Name: "Chuck with jaws for valve bodies", Count: 1, Place: "Turning, rack"},
		{Number: "DIE-S", Name: "Cutting die, small blank", Count: 2, Place: "Die cutting, shelf A"},
		{Number: "DIE-L", Name: "Cutting die, large blank", Count: 1, Place: "Die cutting, shelf A"},
		{Number: "LEAK-1", Name: "Leak tester", Count: 2, Place: "Gauge room", Note: "Calibrated every year."},
	}
}

// takenBy is the tool that the first operation of an item takes.
func takenBy() map[string]string {
	return map[string]string{
		"BOTTLE-05": "MOULD-05", "BOTTLE-10": "MOULD-10", "BODY-A": "CHUCK-B", "BODY-B": "CHUCK-B", "BLANK-S": "DIE-S", "BLANK-L": "DIE-L", "VALVE-A": "LEAK-1", "VALVE-B": "LEAK-1",
	}
}

// keepTools puts the tools on the books, and gives their ids by number.
func (o *Office) keepTools(ctx context.Context) (map[string]int64, error) {
	kit, err := o.Store.Tools().Kit(ctx)
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	for _, t := range tools() {
		kept, there := kit.Numbered(t.Number)
		if !there {
			if kept, err = o.Store.Tools().Add(ctx, t, item.Change{By: by(), Why: why}); err != nil {
				return nil, fmt.Errorf("keep the demo's tool %s: %w", t.Number, err)
			}
		}
		ids[t.Number] = kept.ID
	}
	return ids, nil
}
