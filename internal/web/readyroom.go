package web

import (
	"context"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/ready"
)

// readyRoom is what the API answers about what it takes to start jobs, and who works on them.
func (s *Server) readyRoom() operation.Room {
	return func(b *operation.Book) {
		ready.Mount(b, ready.Deps{
			Skills: s.Dispatch.Skills, Briefs: s.Dispatch.Briefs, Labour: s.Dispatch.Labour, Now: s.Now,
			Job:  func(ctx context.Context, id string) (execution.Job, bool) { return s.floor(ctx).Jobs.Job(id) },
			Line: func(ctx context.Context, id plant.LineID) (plant.Line, bool) { return s.floor(ctx).Plant.Line(id) },
			By: func(ctx context.Context, l *plant.Line) plant.Person {
				v := asks(ctx)
				if l == nil {
					return v.Person
				}
				return api.Asker{Person: v.Person, Reach: v.reach, Program: v.token != nil}.At(l.Place())
			},
			Hands: s.handsOf,
		})
	}
}

// handsOf are the people with accounts; of a line, those who work there.
func (s *Server) handsOf(ctx context.Context, l *plant.Line) (all []plant.Person, err error) {
	users, err := s.Vault.Users(ctx)
	for _, u := range users {
		if !u.Disabled && (l == nil || u.Reach().At(l.Place()) >= plant.Operator) {
			all = append(all, plant.Person{ID: u.ID, Name: u.Name})
		}
	}
	return all, err
}
