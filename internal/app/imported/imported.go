// Package imported is who takes the tables of records that people and programs import.
package imported

import (
	"time"

	"millwright/internal/erp/item/table"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled"
	"millwright/internal/erp/workorder/sent"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Importers take tables of records, by the name of their list. planner is who promises dates, in the plant in use.
func Importers(s *store.Store, planner *desk.Desk, in func() *plant.Plant, now func() time.Time) map[string]register.Importer {
	all := tabled.Books{
		Items: s.Items(), Bills: s.Bills(), Centres: s.Centres(), Tools: s.Tools(), Partners: s.Partners(), Orders: s.Orders(), Known: s.OrderNumbers(), Together: s.Together,
		Zone:  func() *time.Location { return in().Sites[0].Zone },
		Plan:  planner.Standing,
		Today: func() string { return now().In(in().Sites[0].Zone).Format(time.DateOnly) },
	}.Importers()
	all["items"] = table.Items{Catalogue: s.Items()}
	all["work"] = sent.Orders{Exchange: s.WorkExchange(), Items: s.Items(), Lines: func() (names []string) {
		for _, l := range in().Lines() {
			names = append(names, string(l.ID))
		}
		return names
	}}
	return all
}
