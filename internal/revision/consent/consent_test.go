package consent_test

import (
	"testing"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

func TestRulesAreReadAsTheyAreWritten(t *testing.T) {
	r := consent.Rules{Version: 3, Need: map[consent.Kind]plant.Side{consent.Rates: plant.OT, consent.States: plant.BothSides, consent.Ranges: plant.NoSide}}
	if text := r.Text(); text != `{"rates":"OT","states":"OT and IT"}` {
		t.Errorf("written %s", text)
	}
	back, err := consent.ReadRules(3, r.Text())
	if err != nil || back.Text() != r.Text() || back.Version != 3 || back.Asks() != plant.BothSides {
		t.Errorf("read %+v, %v", back, err)
	}
	for _, text := range []string{"{", `{"rates":"us"}`, `{"colour":"OT"}`} {
		if _, err := consent.ReadRules(1, text); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestRulesThatAskFewerAreWeaker(t *testing.T) {
	of := func(rates, states plant.Side) consent.Rules {
		return consent.Rules{Need: map[consent.Kind]plant.Side{consent.Rates: rates, consent.States: states}}
	}
	for _, c := range []struct {
		old, now consent.Rules
		weaker   bool
	}{
		{of(0, 0), of(0, 0), false},
		{of(0, 0), of(plant.OT, 0), false},
		{of(plant.OT, 0), of(plant.BothSides, plant.IT), false},
		{of(plant.OT, 0), of(plant.IT, 0), true},
		{of(plant.BothSides, 0), of(plant.OT, plant.BothSides), true},
		{of(plant.OT, plant.OT), of(plant.OT, 0), true},
	} {
		if got := c.now.Weaker(c.old); got != c.weaker {
			t.Errorf("%s after %s: weaker is %v", c.now.Text(), c.old.Text(), got)
		}
	}
}

// What the rules ask for when the last approval comes counts as well as what they asked for when it was handed in.
func TestWhoHasStillToAgree(t *testing.T) {
	rules := func(s plant.Side) consent.Rules {
		return consent.Rules{Need: map[consent.Kind]plant.Side{consent.Rates: s}}
	}
	said := func(s plant.Side, v consent.Verdict) consent.Answer { return consent.Answer{Side: s, Verdict: v} }
	q := consent.Request{Needs: plant.IT, Touches: []consent.Touch{{Kind: consent.Rates}}}
	for _, c := range []struct {
		name    string
		side    plant.Side
		answers []consent.Answer
		rules   consent.Rules
		want    plant.Side
	}{
		{"as handed in", plant.NoSide, nil, rules(plant.IT), plant.IT},
		{"the rules are weaker since", plant.NoSide, nil, rules(plant.NoSide), plant.IT},
		{"the rules are stricter since", plant.NoSide, nil, rules(plant.BothSides), plant.BothSides},
		{"the asker's own side", plant.IT, nil, rules(plant.BothSides), plant.OT},
		{"one has approved", plant.NoSide, []consent.Answer{said(plant.IT, consent.Approve)}, rules(plant.BothSides), plant.OT},
		{"a refusal is no approval", plant.NoSide, []consent.Answer{said(plant.IT, consent.Refuse)}, rules(plant.IT), plant.IT},
	} {
		r := q
		r.Side, r.Answers = c.side, c.answers
		if got := r.Missing(c.rules); got != c.want {
			t.Errorf("%s: %q is missing, want %q", c.name, got, c.want)
		}
	}
}

func TestATokenIsNotTheUserOfItsNumber(t *testing.T) {
	user := plant.Person{ID: 5, Name: "ines", Role: plant.Admin}
	r := consent.Request{Status: consent.Open, Authors: []consent.Author{{ID: 5, Name: "token orders"}}}
	if err := r.Admits(user, plant.IT, plant.IT); err != nil {
		t.Errorf("taken for the token: %v", err)
	}
	r.Authors = []consent.Author{{ID: 5, Name: "ines before her wedding"}}
	if err := r.Admits(user, plant.IT, plant.IT); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("an author under another name: %v", err)
	}
}
