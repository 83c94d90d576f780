package web

import "millwright/internal/plant"

// Row is a row of the table, for the test that walks it.
type Row struct {
	Method, Path string
	Role         plant.Role
	Always       bool
}

// Table gives every row.
func (s *Server) Table() []Row {
	var all []Row
	for key, r := range s.table {
		method := key[:len(key)-len(r.path)-1]
		all = append(all, Row{method, r.path, r.role, r.always})
	}
	return all
}

// Mounted gives what the router really answers: method and path.
func (s *Server) Mounted() map[string]bool {
	all := map[string]bool{}
	for _, r := range s.echo.Routes() {
		all[r.Method+" "+r.Path] = true
	}
	return all
}
