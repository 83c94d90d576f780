package web

import (
	"millwright/internal/erp/folio"
	"millwright/internal/erp/hook"
	"millwright/internal/erp/register"
	"millwright/internal/web/api/documents"
	"millwright/internal/web/api/lists"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/tables"
)

// Records is what every record of the business has, whatever it is. What is nil is not kept here.
type Records struct {
	Lists     register.Book
	Importers map[string]register.Importer // of tables, by the name of the list
	Folio     folio.Book
	Names     folio.Names
	Hooks     hook.Desk
}

// folioRoom is the API of what hangs on documents.
func (s *Server) folioRoom() operation.Room {
	return func(b *operation.Book) { documents.Mount(b, documents.Deps{Book: s.Folio, By: who}) }
}

// tableRoom is the API of tables that are imported.
func (s *Server) tableRoom() operation.Room {
	return func(b *operation.Book) {
		tables.Mount(b, tables.Deps{Importers: s.Importers, Columns: s.columnsOf, By: who})
	}
}

// columnsOf are the columns of a list.
func (s *Server) columnsOf(list string) []register.Column {
	d, _ := s.importable(list) // of none there are none
	return d.Columns
}

// listRoom is the API of lists.
func (s *Server) listRoom() operation.Room {
	return func(b *operation.Book) { lists.Mount(b, lists.Deps{Book: s.Lists, Zone: s.zone}) }
}
