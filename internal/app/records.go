package app

import (
	"millwright/internal/erp/item/table"
	"millwright/internal/erp/register"
	"millwright/internal/web"
)

// records is what every record of the business has.
func (a *App) records() web.Records {
	return web.Records{
		Lists:     a.store.Lists(),
		Importers: map[string]register.Importer{"items": table.Items{Catalogue: a.store.Items()}},
	}
}
