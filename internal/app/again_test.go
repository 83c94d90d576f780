package app

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/run"
	"millwright/internal/web"
)

// TestAStagedBackupIsPutInPlaceByARestart: a program that is asked to starts again by itself, on what was staged.
func TestAStagedBackupIsPutInPlaceByARestart(t *testing.T) {
	cfg := in(t, filepath.Join(t.TempDir(), "data"))
	cfg.Listen = "127.0.0.1:0"
	ada := plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	var failed error
	var people []string
	starts := 0
	add := func(a *App, name string) error {
		_, err := a.store.Vault().AddUser(ctx, access.User{Name: name, Hash: "x", Role: plant.Admin}, ada, "")
		return err
	}
	first := func(a *App) error {
		if err := add(a, "Ada"); err != nil {
			return err
		}
		kept, err := a.rack.Make(ctx)
		if err == nil {
			err = errors.Join(add(a, "Bert"), a.standby.CheckKept(ctx, kept.Name, web.RestoreWish{}, ada))
		}
		var s web.Standby
		for err == nil && s.Waiting == nil && ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			s, err = a.standby.Standby()
		}
		if err != nil || s.Waiting == nil {
			return errors.Join(err, errors.New("it was not looked through: "+s.Refused))
		}
		return errors.Join(a.standby.Stage(ctx, s.Waiting.ID, ada, "to see"), a.standby.Restart(ctx, ada, ""))
	}
	err := serve(ctx, cfg, emptyPlant(t), t.Output(), func(a *App) ([]run.Part, error) {
		starts++
		return []run.Part{{Name: "hands", Run: func(ctx context.Context) error {
			if starts == 1 {
				failed = first(a)
			} else if all, err := a.store.Vault().Users(ctx); err == nil {
				for _, u := range all {
					people = append(people, u.Name)
				}
			}
			if failed != nil || starts > 1 {
				stop()
			}
			<-ctx.Done()
			return nil
		}}}, nil
	})
	if err != nil || failed != nil || starts != 2 {
		t.Fatalf("%v %v, after %d starts", err, failed, starts)
	}
	if len(people) != 1 || people[0] != "Ada" {
		t.Errorf("after the restart there are %v", people)
	}
}
