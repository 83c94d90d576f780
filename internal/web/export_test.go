package web

import (
	"errors"
	"fmt"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/plant"
)

// Row is a row of the table, for the test that walks it.
type Row struct {
	Method, Path string
	Role         plant.Role
	Duty         plant.Duty
	Always       bool
	Scope        access.Scope
	Where        string // "line", "area" or "job" that it is about; "some" for what shows what may be seen; "" for the whole plant
}

// Table gives every row.
func (s *Server) Table() []Row {
	var all []Row
	for key, r := range s.table {
		method := key[:len(key)-len(r.path)-1]
		where := [...]string{wholePlant: "", anywhere: "some", oneLine: "line", oneArea: "area", oneHall: "hall", oneJob: "job"}[r.where]
		all = append(all, Row{method, r.path, r.role, r.duty, r.always, r.scope, where})
	}
	return all
}

// Admits tells whether the guard lets somebody in who asks for a row of the whole plant.
func (s *Server) Admits(asks plant.Reach, least plant.Role, duty plant.Duty) error {
	row := guarded{route: route{role: least, duty: duty}}
	_, err := s.admit(nil, row, visitor{reach: asks})
	return err
}

// Mounted gives what the router really answers: method and path.
func (s *Server) Mounted() map[string]bool {
	all := map[string]bool{}
	for _, r := range s.echo.Routes() {
		all[r.Method+" "+r.Path] = true
	}
	return all
}

// Knows tells whether a text of the plant was understood already.
func (s *Server) Knows(text string) bool {
	return s.drafts.knows(text)
}

// Kept tells whether every plant that is remembered is still as it was read.
func (s *Server) Kept() error {
	s.drafts.mu.Lock()
	defer s.drafts.mu.Unlock()
	for _, u := range s.drafts.texts {
		again, wrong := config.ParseDocument("the draft", []byte(u.text))
		if d, err := u.document(); err == nil && (wrong != nil || seal(d) != seal(again)) {
			return errors.Join(wrong, fmt.Errorf("a plant that is remembered was changed since it was read:\n%s", u.text))
		}
	}
	return nil
}
