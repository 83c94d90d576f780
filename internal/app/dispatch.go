package app

import "millwright/internal/web"

// dispatch is what is kept of jobs beside themselves.
func (a *App) dispatch() web.Dispatch {
	return web.Dispatch{Moves: a.store.Audit(), Skills: a.store.Skills(), Briefs: a.store.Briefs(), Labour: a.store.Labour()}
}
