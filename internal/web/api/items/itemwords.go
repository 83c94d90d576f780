package items

import "time"

// Item is an item as it is told.
type Item struct {
	ID           int64           `json:"id"`
	Number       string          `json:"number"`
	Name         string          `json:"name"`
	Kind         string          `json:"kind" enum:"make,buy,both,service"`
	Unit         string          `json:"unit" doc:"Of stock: a code of UNECE Recommendation 20."`
	Tracking     string          `json:"tracking" enum:"none,lot,serial"`
	ShelfDays    int64           `json:"shelfDays"`
	Valuation    string          `json:"valuation" enum:"fifo,average,standard"`
	StandardCost Exact           `json:"standardCost"`
	Product      string          `json:"product,omitempty"`
	Barcode      string          `json:"barcode,omitempty"`
	Phantom      bool            `json:"phantom"`
	Note         string          `json:"note,omitempty"`
	Retired      bool            `json:"retired"`
	LeadDays     int64           `json:"leadDays"`
	Safety       Exact           `json:"safety"`
	SafetyDays   int64           `json:"safetyDays"`
	FenceDays    int64           `json:"fenceDays"`
	LotRule      string          `json:"lotRule"`
	LotQuantity  Exact           `json:"lotQuantity"`
	LotMin       Exact           `json:"lotMin"`
	LotMax       Exact           `json:"lotMax"`
	LotMultiple  Exact           `json:"lotMultiple"`
	LotDays      int64           `json:"lotDays"`
	Yield        string          `json:"yield" doc:"Exact: a decimal or a fraction."`
	Reorder      string          `json:"reorder"`
	ReorderPoint Exact           `json:"reorderPoint"`
	Supplier     int64           `json:"supplier"`
	Units        []ItemUnit      `json:"units,omitempty"`
	Revisions    []ItemRevision  `json:"revisions,omitempty"`
	Alternates   []ItemAlternate `json:"alternates,omitempty"`

	AlternatesTaken string `json:"alternatesTaken" doc:"When planning takes them: when late, before ordering or by hand."`

	Version int64 `json:"version" doc:"Send it with a change: it fails when somebody else was first."`
}

// ItemUnit is a unit besides the stock unit.
type ItemUnit struct {
	Unit   string `json:"unit"`
	Factor string `json:"factor" doc:"So many stock units, exactly: a decimal or a fraction."`
}

// ItemRevision is a state of the item's design.
type ItemRevision struct {
	Revision string     `json:"revision"`
	From     *time.Time `json:"from" doc:"Null: not in effect yet."`
	Note     string     `json:"note,omitempty"`
}

// ItemAlternate may be taken in the item's place.
type ItemAlternate struct {
	Item   string `json:"item"`
	Factor string `json:"factor"`
}

type (
	itemsIn struct {
		Text    string `query:"text" maxLength:"100" doc:"In number, name or barcode."`
		Kind    string `query:"kind" enum:"make,buy,both,service"`
		Product string `query:"product" maxLength:"100"`
		Retired bool   `query:"retired" doc:"Those that are retired too."`
		After   string `query:"after" maxLength:"100" doc:"Only items whose number comes after this: the next of the answer before."`
		Limit   int    `query:"limit" default:"500" minimum:"1" maximum:"5000"`
	}
	itemsOut struct {
		Body struct {
			Items []Item `json:"items" doc:"By number, without units, revisions and alternates."`
			Next  string `json:"next,omitempty" doc:"Give it as after to get the rest; none when this is all."`
		}
	}
	// ItemIn names an item.
	ItemIn struct {
		Item string `path:"item" maxLength:"100" doc:"Its number."`
	}
	itemOut   struct{ Body Item }
	addItemIn struct {
		Keyed
		Body Facts
	}
	changeItemIn struct {
		Item string `path:"item" maxLength:"100" doc:"Its number."`
		Body Facts
	}
	itemBatchIn struct {
		Body struct {
			Items  []Facts `json:"items" minItems:"1" maxItems:"5000" doc:"By their numbers: those that there are already are changed, whatever their version."`
			Atomic bool    `json:"atomic,omitempty" doc:"Keep all or none."`
			DryRun bool    `json:"dryRun,omitempty" doc:"Keep none, and say what would be."`
			Why    string  `json:"why,omitempty" maxLength:"500"`
		}
	}
	itemBatchOut struct {
		Body struct {
			Kept bool          `json:"kept" doc:"False: nothing was, as was asked for or as a row failed."`
			Rows []ItemOutcome `json:"rows" doc:"In the order in which they came."`
		}
	}
	itemConvertIn struct {
		ItemIn
		Quantity string `query:"quantity" required:"true" maxLength:"40"`
		From     string `query:"from" maxLength:"10" doc:"The stock unit when left out."`
		To       string `query:"to" maxLength:"10" doc:"Likewise."`
	}
	itemConvertOut struct {
		Body struct {
			Quantity Exact  `json:"quantity" doc:"Rounded once, half away from zero, to six places."`
			Unit     string `json:"unit"`
		}
	}
	codeIn struct {
		Code string `query:"code" required:"true" maxLength:"100"`
	}
)

// ItemOutcome is what became of a row.
type ItemOutcome struct {
	Number  string     `json:"number"`
	Result  string     `json:"result" enum:"added,changed,same,failed"`
	ID      int64      `json:"id,omitempty"`
	Version int64      `json:"version,omitempty"`
	Error   string     `json:"error,omitempty"`
	Errors  []RowFault `json:"errors,omitempty"`
}

// RowFault is one wrong field of a row.
type RowFault struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}
