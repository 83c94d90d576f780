package web_test

import (
	"slices"
	"testing"

	"millwright/internal/ot/collect"
)

func TestTheDescriptionTellsEveryPhaseOfAConnection(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []collect.Phase }
			}
		}
	}
	newWorld(t).sender().read("/api/v1/openapi.json", &doc)
	if told := doc.Components.Schemas["Connection"].Properties["phase"].Enum; !slices.Equal(told, collect.Phases()) {
		t.Errorf("it tells %v, and there are %v", told, collect.Phases())
	}
}
