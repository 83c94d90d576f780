package collect

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/tag"
)

// beating are two tags: the first is repeated every five seconds, the second never.
var beating = []tag.Tag{{ID: 2, Name: "a", Heartbeat: 5 * time.Second}, {ID: 3, Name: "b"}}

func TestAReadingThatDoesNotChangeIsRepeatedOnItsHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{func(ctx context.Context, emit func([]tag.Sample)) error {
			emit([]tag.Sample{{Tag: 2, Time: began, Value: tag.IntValue(7)}, {Tag: 3, Time: began, Value: tag.IntValue(7)}})
			return until(ctx, emit)
		}}}
		h := &heard{}
		s := NewSession(Connection{ID: "plc", Alive: 1, Tags: beating}, d, h.take, Settings{})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		got := h.of(2)
		if len(got) < 10 || len(got) > 13 || len(h.of(3)) != 2 { // every five seconds, ten behind; and Bad at the end
			t.Fatalf("%d and %d samples", len(got), len(h.of(3)))
		}
		for i, s := range got[1 : len(got)-1] {
			if gap := s.Time.Sub(got[i].Time); gap < 5*time.Second || gap > 7*time.Second || s.Value != tag.IntValue(7) || !s.Good() {
				t.Errorf("repetition %d after %s: %+v", i, gap, s)
			}
		}
		if n := s.Status().Samples; n != 2 {
			t.Errorf("%d samples are said to be the machine's", n)
		}
	})
}

func TestOnlyWhatHoldsIsRepeated(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in := newIntake(beating, 10*time.Minute)
	in.begin(now)
	if all := in.repeat(now.Add(time.Hour)); len(all) > 0 {
		t.Errorf("nothing was said, and repeated: %v", all)
	}
	in.take([]tag.Sample{{Tag: 2, Time: now, Value: tag.IntValue(1)}}, now)
	if all := in.repeat(now.Add(14 * time.Second)); len(all) > 0 {
		t.Errorf("repeated before it is proven: %v", all)
	}
	if all := in.repeat(now.Add(15 * time.Second)); len(all) != 1 || !all[0].Time.Equal(now.Add(5*time.Second)) {
		t.Errorf("%v", all)
	}
	in.take([]tag.Sample{{Tag: 2, Time: now.Add(16 * time.Second), Quality: tag.BadOutOfRange}}, now.Add(16*time.Second))
	if all := in.repeat(now.Add(time.Minute)); len(all) > 0 {
		t.Errorf("a bad reading is repeated: %v", all)
	}
	in.take([]tag.Sample{{Tag: 2, Time: now.Add(2 * time.Minute), Value: tag.IntValue(1)}}, now.Add(2*time.Minute))
	in.lose(tag.BadNoCommunication, now.Add(3*time.Minute))
	in.begin(now.Add(3 * time.Minute))
	if all := in.repeat(now.Add(4 * time.Minute)); len(all) > 0 {
		t.Errorf("repeated over a loss: %v", all)
	}
	if in := newIntake(two, 0); in.echo != nil {
		t.Error("tags without a heartbeat have an echo")
	}
}

// A change that comes so late that the value before was repeated meanwhile ends up as the newest all the same.
func TestALateChangeWinsOverARepetition(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in := newIntake(beating, 10*time.Minute)
	in.begin(now)
	in.take([]tag.Sample{{Tag: 2, Time: now, Value: tag.IntValue(1)}}, now)
	in.repeat(now.Add(20 * time.Second)) // as of 10 s
	late := []tag.Sample{{Tag: 2, Time: now.Add(8 * time.Second), Value: tag.IntValue(2)}, {Tag: 3, Time: now, Value: tag.IntValue(9)}}
	got := in.take(late, now.Add(21*time.Second)).kept
	if len(got) != 3 || got[0].Value != tag.IntValue(2) || !got[0].Time.Equal(now.Add(8*time.Second)) || got[1].Tag != 3 || got[2].Value != tag.IntValue(2) || !got[2].Time.Equal(now.Add(10*time.Second+time.Microsecond)) {
		t.Errorf("%+v", got)
	}
	if all := in.repeat(now.Add(40 * time.Second)); len(all) != 1 || all[0].Value != tag.IntValue(2) {
		t.Errorf("%v", all)
	}
	old := []tag.Sample{{Tag: 2, Time: now.Add(4 * time.Second), Value: tag.IntValue(1)}} // older than the machine's own newest: it changes nothing
	if got := in.take(old, now.Add(41*time.Second)).kept; len(got) != 1 || got[0].Value != tag.IntValue(1) {
		t.Errorf("%+v", got)
	}
}

func TestAReadingOfAnotherTypeThanTheTagIsSaidToHaveIsBad(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	values := []tag.Value{tag.BoolValue(true), tag.IntValue(-1), tag.UintValue(1), tag.FloatValue(1.5), tag.TextValue("x")}
	for kind, good := range map[tag.Kind]string{tag.None: "11111", tag.Boolean: "10000", tag.Int: "01100", tag.Float: "01110", tag.Text: "00001"} {
		in := newIntake([]tag.Tag{{ID: 2, Name: "a", Kind: kind, Scale: 2}}, 0)
		in.begin(now)
		for i, v := range values {
			s := in.take([]tag.Sample{{Tag: 2, Time: now.Add(time.Duration(i) * time.Second), Value: v}}, now.Add(time.Minute)).kept[0]
			if want := good[i] == '1'; s.Good() != want || !want && (s.Quality != tag.BadTypeMismatch || s.Value != v) {
				t.Errorf("%s of a tag of %s: %+v", v.Kind(), kind, s)
			}
		}
		if n, _ := in.bad(); n == 1 != (good[4] == '0') {
			t.Errorf("%d tags of %s are bad", n, kind)
		}
	}
}
