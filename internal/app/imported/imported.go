// Package imported is who takes the tables of records that people and programs import.
package imported

import (
	"time"

	"millwright/internal/erp/item/table"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled"
	"millwright/internal/erp/tabled/stocked"
	"millwright/internal/erp/workorder/sent"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Importers take tables of records, by the name of their list. planner is who promises dates, in the plant in use.
func Importers(s *store.Store, planner *desk.Desk, in func() *plant.Plant, now func() time.Time) map[string]register.Importer {
	zone := func() *time.Location { return in().Sites[0].Zone }
	today := func() string { return now().In(zone()).Format(time.DateOnly) }
	all := tabled.Books{
		Items: s.Items(), Bills: s.Bills(), Centres: s.Centres(), Tools: s.Tools(), Partners: s.Partners(), Orders: s.Orders(), Known: s.OrderNumbers(), Together: s.Together,
		Zone:  zone,
		Plan:  planner.Standing,
		Today: today,
	}.Importers()
	for list, kind := range map[string]tabled.Kind{
		"places": stocked.Places{Store: s.Places()}, "lots": stocked.Lots{Store: s.Places(), Items: s.Items(), Zone: zone},
		"supplies": stocked.Supplies{Book: s.Partners(), Items: s.Items()}, "forecasts": stocked.Forecasts{Book: s.Decisions(), Items: s.Items()},
		"calls": stocked.Calls{Book: s.Orders(), Find: s.Names().Find, Today: today},
	} {
		all[list] = tabled.Importer{Kind: kind, Together: s.Together}
	}
	all["items"] = table.Items{Catalogue: s.Items()}
	all["work"] = sent.Orders{Exchange: s.WorkExchange(), Items: s.Items(), Lines: func() (names []string) {
		for _, l := range in().Lines() {
			names = append(names, string(l.ID))
		}
		return names
	}}
	return all
}
