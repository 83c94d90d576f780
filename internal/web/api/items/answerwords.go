package items

type (
	// ExplodeIn asks about what is beneath an item.
	ExplodeIn struct {
		ItemIn
		Quantity string `query:"quantity" maxLength:"40" doc:"In stock units; 1 when left out."`
		At       string `query:"at" maxLength:"40" doc:"By the bills that are in force then; now when left out."`
	}
	itemNeedsOut struct {
		Body struct {
			Needs []ItemNeed `json:"needs" doc:"Every item once, parents before their parts, the item itself first."`
		}
	}
	itemTreeIn struct {
		ExplodeIn
		Depth int `query:"depth" default:"20" minimum:"1" maximum:"100"`
		Limit int `query:"limit" default:"5000" minimum:"1" maximum:"20000"`
	}
	itemTreeOut struct {
		Body struct {
			Branches []BillBranch `json:"branches" doc:"Each followed by what it is made of."`
			Whole    bool         `json:"whole" doc:"False: depth or limit left something out."`
		}
	}
	itemUsesOut struct {
		Body struct {
			Uses []ItemUse `json:"uses" doc:"By bills that are not obsolete, the nearest first."`
		}
	}
	itemCostOut     struct{ Body ItemCost }
	itemSnapshotOut struct{ Body ItemSnapshot }
	billCompareIn   struct {
		BillIn
		Other int64 `path:"other" minimum:"1"`
	}
	billCompareOut struct {
		Body struct {
			Differences []BillDifference `json:"differences"`
		}
	}
)

// ItemNeed is how much of an item is needed.
type ItemNeed struct {
	Item     string `json:"item"`
	Quantity Exact  `json:"quantity" doc:"In stock units."`
	Unit     string `json:"unit"`
	Level    int    `json:"level" doc:"The deepest at which it stands: its low-level code."`
	Phantom  bool   `json:"phantom,omitempty" doc:"Is passed through and never ordered."`
}

// BillBranch is a line in the tree of all that an item is made of.
type BillBranch struct {
	Depth    int    `json:"depth"`
	Parent   string `json:"parent"`
	Position int64  `json:"position"`
	Kind     string `json:"kind"`
	Item     string `json:"item"`
	Quantity Exact  `json:"quantity"`
	Unit     string `json:"unit"`
	Instead  int64  `json:"instead,omitempty"`
	Made     bool   `json:"made"`
	Deeper   bool   `json:"deeper,omitempty" doc:"What it is made of was left out."`
}

// ItemUse is a bill that takes an item.
type ItemUse struct {
	Level    int    `json:"level" doc:"1: directly."`
	Item     string `json:"item"`
	Bill     int64  `json:"bill"`
	Number   int64  `json:"number"`
	State    string `json:"state"`
	Position int64  `json:"position"`
	Takes    string `json:"takes" doc:"The item by which it does."`
	Quantity Exact  `json:"quantity"`
	Unit     string `json:"unit"`
	Batch    Exact  `json:"batch"`
}

// ItemCost is what making a lot costs.
type ItemCost struct {
	Item     string         `json:"item"`
	Quantity Exact          `json:"quantity" doc:"Over which set-ups are spread."`
	Material Exact          `json:"material" doc:"Of the lot, as the next three."`
	Machine  Exact          `json:"machine"`
	Labour   Exact          `json:"labour"`
	Shared   Exact          `json:"shared" doc:"Of that, what co-products and by-products bear."`
	Unit     Exact          `json:"unit" doc:"Of one stock unit."`
	Known    bool           `json:"known" doc:"False: something has no price, and all sums are without it."`
	Lines    []ItemCostLine `json:"lines"`
}

// ItemCostLine is what one line or operation adds.
type ItemCostLine struct {
	Position int64   `json:"position"`
	Item     string  `json:"item,omitempty"`
	Name     string  `json:"name,omitempty"`
	Centre   string  `json:"centre,omitempty"`
	Quantity Exact   `json:"quantity"`
	Seconds  float64 `json:"seconds"`
	Rate     Exact   `json:"rate" doc:"Of one stock unit."`
	Machine  Exact   `json:"machine"`
	Labour   Exact   `json:"labour"`
	Amount   Exact   `json:"amount"`
	Rolled   bool    `json:"rolled" doc:"The rate is that of the item's own bill."`
	Known    bool    `json:"known"`
}

// ItemSnapshot is how an item is made, as an order copies it: phantoms are resolved.
type ItemSnapshot struct {
	Item       string          `json:"item"`
	Bill       int64           `json:"bill" doc:"0: none is in force."`
	Batch      Exact           `json:"batch"`
	Components []BillPart      `json:"components"`
	Outputs    []BillPart      `json:"outputs"`
	Operations []BillOperation `json:"operations"`
}

// BillPart is what an order takes, or what comes of it besides.
type BillPart struct {
	Position   int64    `json:"position"`
	Item       string   `json:"item"`
	Per        string   `json:"per" doc:"Stock units of one stock unit made, with scrap: exact."`
	Once       Exact    `json:"once"`
	Scrap      Exact    `json:"scrap"`
	Policy     string   `json:"policy,omitempty"`
	Operation  int64    `json:"operation,omitempty"`
	Alternates []string `json:"alternates,omitempty"`
	Share      Exact    `json:"share"`
}

// BillDifference is one line of two bills, beside each other.
type BillDifference struct {
	Change string `json:"change" enum:"added,removed,changed,same"`
	What   string `json:"what"`
	Was    string `json:"was,omitempty"`
	Is     string `json:"is,omitempty"`
}
