package item

import (
	"cmp"
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
)

// Unit is a unit in which an item is counted besides its stock unit.
type Unit struct {
	Code   string // of UNECE Recommendation 20
	Factor Ratio  // one of it is so many stock units
}

// factor gives how many stock units one of a unit is; false where the item is not counted in it. Units of the stock
// unit's own physical kind need not be listed.
func (i Item) factor(code string) (Ratio, bool) {
	if code == i.Unit || code == "" {
		return One(), true
	}
	if at := slices.IndexFunc(i.Units, func(u Unit) bool { return u.Code == code }); at >= 0 {
		return i.Units[at].Factor.Whole(), true
	}
	return Between(code, i.Unit)
}

// Factor gives how many stock units one of a unit is. "" is the stock unit.
func (i Item) Factor(unit string) (Ratio, error) {
	if f, ok := i.factor(unit); ok {
		return f, nil
	}
	return Ratio{}, i.foreign(unit)
}

// Convert gives a quantity in another unit of the item. It is rounded once, half away from zero. "" is the stock unit.
func (i Item) Convert(q plant.Quantity, from, to string) (plant.Quantity, error) {
	f, okF := i.factor(from)
	t, okT := i.factor(to)
	for code, ok := range map[string]bool{from: okF, to: okT} {
		if !ok {
			return 0, i.foreign(code)
		}
	}
	if r, ok := f.Per(t); ok {
		if product, ok := r.Of(q); ok {
			return product, nil
		}
	}
	return 0, errs.New(errs.Invalid, "%s %s of item %s are too many to be told in %s", q, measure.Symbol(from), errs.Clip(i.Number), measure.Symbol(cmp.Or(to, i.Unit)))
}

// Stock gives a quantity in stock units.
func (i Item) Stock(q plant.Quantity, unit string) (plant.Quantity, error) {
	return i.Convert(q, unit, i.Unit)
}

// foreign says that an item is not counted in a unit, and why it cannot be.
func (i Item) foreign(code string) error {
	u, known := measure.Of(code)
	own, _ := measure.Of(i.Unit)
	switch {
	case !known:
		return errs.New(errs.Invalid, "item %s is not counted in %q, which is no unit; write a code of UNECE Recommendation 20 such as KGM", errs.Clip(i.Number), errs.Clip(code))
	case Physical(u.Kind) && Physical(own.Kind) && u.Kind != own.Kind:
		return errs.New(errs.Invalid, "item %s is kept in %s (%s) and cannot be counted in %s (%s)", errs.Clip(i.Number), own.Symbol, own.Kind, u.Symbol, u.Kind)
	}
	return errs.New(errs.Invalid, "item %s is not counted in %s; add the unit to the item with its factor first", errs.Clip(i.Number), u.Symbol)
}

// Physical tells whether units of a kind measure a quantity of nature, and are not pieces or packages.
func Physical(kind string) bool {
	return kind != "" && kind != "count" && kind != "package" && kind != "dimensionless"
}

// Between gives how many of one unit another is, for units whose sizes are fixed: 1 lb is 0.45359237 kg.
func Between(code, of string) (Ratio, bool) {
	a, okA := fixed[code]
	b, okB := fixed[of]
	if !okA || !okB || a.kind != b.kind {
		return Ratio{}, false
	}
	return a.size.Per(b.size)
}

// size is how large a unit is, in the first of its kind.
type size struct {
	kind string
	size Ratio
}

// fixed are the units whose sizes are defined, exactly.
var fixed = map[string]size{
	// Mass, in grams: the pound of 1959 is 453.59237 g.
	"GRM": {"mass", Ratio{1, 1}}, "KGM": {"mass", Ratio{1000, 1}}, "TNE": {"mass", Ratio{1_000_000, 1}}, "MGM": {"mass", Ratio{1, 1000}}, "DTN": {"mass", Ratio{100_000, 1}},
	"LBR": {"mass", Ratio{45_359_237, 100_000}}, "ONZ": {"mass", Ratio{45_359_237, 1_600_000}}, "STN": {"mass", Ratio{90_718_474, 100}}, "LTN": {"mass", Ratio{10_160_469_088, 10_000}},
	// Length, in millimetres: the inch is 25.4 mm.
	"MMT": {"length", Ratio{1, 1}}, "CMT": {"length", Ratio{10, 1}}, "DMT": {"length", Ratio{100, 1}}, "MTR": {"length", Ratio{1000, 1}}, "KMT": {"length", Ratio{1_000_000, 1}},
	"INH": {"length", Ratio{254, 10}}, "FOT": {"length", Ratio{3048, 10}}, "YRD": {"length", Ratio{9144, 10}},
	// Area, in square millimetres.
	"MMK": {"area", Ratio{1, 1}}, "CMK": {"area", Ratio{100, 1}}, "DMK": {"area", Ratio{10_000, 1}}, "MTK": {"area", Ratio{1_000_000, 1}}, "INK": {"area", Ratio{64_516, 100}}, "FTK": {"area", Ratio{9_290_304, 100}},
	// Volume, in millilitres: the gallon of the USA is 231 cubic inches.
	"MLT": {"volume", Ratio{1, 1}}, "CMQ": {"volume", Ratio{1, 1}}, "CLT": {"volume", Ratio{10, 1}}, "DLT": {"volume", Ratio{100, 1}}, "LTR": {"volume", Ratio{1000, 1}}, "DMQ": {"volume", Ratio{1000, 1}},
	"HLT": {"volume", Ratio{100_000, 1}}, "MTQ": {"volume", Ratio{1_000_000, 1}}, "GLL": {"volume", Ratio{3_785_411_784, 1_000_000}}, "GLI": {"volume", Ratio{454_609, 100}},
	// Time, in seconds.
	"SEC": {"time", Ratio{1, 1}}, "MIN": {"time", Ratio{60, 1}}, "HUR": {"time", Ratio{3600, 1}}, "DAY": {"time", Ratio{86_400, 1}},
	// Energy, in watt hours.
	"WHR": {"energy", Ratio{1, 1}}, "KWH": {"energy", Ratio{1000, 1}}, "MWH": {"energy", Ratio{1_000_000, 1}},
	// Pieces.
	"H87": {"count", Ratio{1, 1}}, "EA": {"count", Ratio{1, 1}}, "DZN": {"count", Ratio{12, 1}}, "SCO": {"count", Ratio{20, 1}}, "CEN": {"count", Ratio{100, 1}}, "GRO": {"count", Ratio{144, 1}}, "MIL": {"count", Ratio{1000, 1}},
}
