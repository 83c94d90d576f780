package web

import (
	"millwright/internal/erp/register"
	"millwright/internal/web/api/lists"
	"millwright/internal/web/api/operation"
)

// Records is what every record of the business has, whatever it is. What is nil is not kept here.
type Records struct {
	Lists     register.Book
	Importers map[string]register.Importer // of tables, by the name of the list
}

// listRoom is the API of lists.
func (s *Server) listRoom() operation.Room {
	return operation.Room{Routes: lists.Routes(), Mount: func(b operation.Book) { lists.Mount(b, lists.Deps{Book: s.Lists, Zone: s.zone}) }}
}
