package api

import (
	"errors"
	"fmt"
	"testing"
)

func TestAKeyThatFailedMayBeTriedAgain(t *testing.T) {
	o, k := newOnce(), key{key: "a"}
	done := func() (*jobOut, error) { return &jobOut{}, nil }
	for range 3 {
		if _, err := o.do(k, 1, func() (*jobOut, error) { return nil, errors.New("no") }); err == nil {
			t.Fatal("the failure is not told")
		}
	}
	if len(o.order) != 0 || len(o.answers) != 0 {
		t.Errorf("failures are remembered: %d, %d", len(o.order), len(o.answers))
	}
	first, err := o.do(k, 1, done)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.do(k, 1, nil); err != nil || again != first {
		t.Errorf("%v, %v", again, err)
	}
}

func TestAnAnswerThatIsForgottenWhileItIsMadeIsGiven(t *testing.T) {
	o := newOnce()
	out, err := o.do(key{key: "slow"}, 1, func() (*jobOut, error) {
		for i := range remembered {
			if _, err := o.do(key{key: fmt.Sprint(i)}, 1, func() (*jobOut, error) { return &jobOut{}, nil }); err != nil {
				t.Fatal(err)
			}
		}
		return &jobOut{}, nil
	})
	if out == nil || err != nil {
		t.Errorf("%v, %v", out, err)
	}
}
