package once

import (
	"errors"
	"fmt"
	"testing"
)

func TestAKeyThatFailedMayBeTriedAgain(t *testing.T) {
	o, k := New[string](), Key{Key: "a"}
	done := func() (*string, error) { return new(string), nil }
	for range 3 {
		if _, err := o.Do(k, 1, func() (*string, error) { return nil, errors.New("no") }); err == nil {
			t.Fatal("the failure is not told")
		}
	}
	if len(o.order) != 0 || len(o.answers) != 0 {
		t.Errorf("failures are remembered: %d, %d", len(o.order), len(o.answers))
	}
	first, err := o.Do(k, 1, done)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.Do(k, 1, nil); err != nil || again != first {
		t.Errorf("%v, %v", again, err)
	}
}

func TestAnAnswerThatIsForgottenWhileItIsMadeIsGiven(t *testing.T) {
	o := New[string]()
	out, err := o.Do(Key{Key: "slow"}, 1, func() (*string, error) {
		for i := range remembered {
			if _, err := o.Do(Key{Key: fmt.Sprint(i)}, 1, func() (*string, error) { return new(string), nil }); err != nil {
				t.Fatal(err)
			}
		}
		return new(string), nil
	})
	if out == nil || err != nil {
		t.Errorf("%v, %v", out, err)
	}
}
