package embedded

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// The child appends until it is killed and says after each batch that it is acknowledged.
const childFolder = "HISTORY_TEST_CHILD_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := appendForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// killedBatch is batch number n of a child: of four tags, of all kinds and qualities, some in order,
// some late, with a new text now and then; the larger ones fill several pages of the log.
func killedBatch(n int) []tag.Sample {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	size := []int{1, 10, 500, 5000}[n%4]
	batch := make([]tag.Sample, size)
	for i := range batch {
		s := tag.Sample{Tag: tag.ID(i%4 + 1), Time: t0.Add(time.Duration(n)*10*time.Second + time.Duration(i)*time.Millisecond)}
		if i%50 == 7 { // late, and the only one at its time
			s.Time = t0.Add(-20*24*time.Hour + time.Duration(n*10_000+i)*90*time.Microsecond)
		}
		switch r.IntN(6) {
		case 0:
			s.Value = tag.TextValue(fmt.Sprint("text ", r.IntN(n+2)))
		case 1:
			s.Value = tag.UintValue(r.Uint64())
		case 2:
			s.Value, s.Quality = tag.FloatValue(r.Float64()), tag.Uncertain
		case 3:
			s.Quality = tag.BadNoCommunication
		default:
			s.Value = tag.FloatValue(float64(r.IntN(1000)) / 10)
		}
		batch[i] = s.Clean()
	}
	return batch
}

func appendForEver(dir string) error {
	first, err := binary.ReadVarint(bufio.NewReader(os.Stdin))
	if err != nil {
		return err
	}
	tags := make([]tag.Tag, 4)
	for i := range tags {
		tags[i].Name = fmt.Sprintf("line/unit/signal-%d", i+1)
	}
	reg, err := tag.NewRegistry(tags)
	if err != nil {
		return err
	}
	a, err := Open(dir, reg, nil, Options{})
	if err != nil {
		return err
	}
	for n := int(first); ; n++ {
		refused, err := a.Append(context.Background(), t0.Add(time.Duration(n)*10*time.Second), killedBatch(n))
		if err != nil || len(refused) > 0 {
			return fmt.Errorf("batch %d: refused %v, %w", n, refused, err)
		}
		fmt.Println(n)
	}
}

// runAndKill runs a child from batch first on, kills it after a while and gives the last batch it acknowledged.
func runAndKill(t *testing.T, dir string, first int, after time.Duration) (last int) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childFolder+"="+dir)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(binary.AppendVarint(nil, int64(first))); err != nil {
		t.Fatal(err)
	}
	last = first - 1
	lines := bufio.NewReader(out)
	for {
		var n int
		if _, err := fmt.Fscanln(lines, &n); err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Logf("the last line was cut off: %v", err)
			}
			break
		}
		if last < first { // the first acknowledgement: from here on it may die at any moment
			time.AfterFunc(after, func() { _ = c.Process.Kill() })
		}
		last = n
	}
	_ = c.Wait() // it was killed
	if last < first {
		t.Fatal("the child acknowledged nothing")
	}
	return last
}

func TestKilledAtAnyMomentNothingAcknowledgedIsLost(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(uint64(os.Getpid()), 1))
	held := map[tag.ID]map[int64]tag.Sample{}
	next := 0
	for round := range 4 {
		last := runAndKill(t, dir, next, time.Duration(r.IntN(150_000))*time.Microsecond)
		for n := next; n <= last; n++ {
			for _, s := range killedBatch(n) {
				if held[s.Tag] == nil {
					held[s.Tag] = map[int64]tag.Sample{}
				}
				held[s.Tag][s.Time.UnixMicro()] = s
			}
		}
		a := open(t, dir)
		n := 0
		for id, want := range held {
			n += len(want)
			missing, other := compareHeld(t, a, id, want)
			if missing+other > 0 {
				t.Errorf("round %d, killed after batch %d: of %d acknowledged samples of tag %d %d are missing and %d differ", round, last, len(want), id, missing, other)
			}
		}
		t.Logf("round %d: killed after batch %d, %d samples acknowledged", round, last, n)
		// What was written but not acknowledged may be there: the next child says the same again.
		if _, err := a.Append(context.Background(), t0.Add(time.Duration(last+1)*10*time.Second), killedBatch(last+1)); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		next = last + 1
	}
}

func compareHeld(t *testing.T, a *Archive, id tag.ID, want map[int64]tag.Sample) (missing, other int) {
	t.Helper()
	seen := 0
	r := history.Range{Tag: id, From: t0.Add(-30 * 24 * time.Hour), To: t0.Add(30 * 24 * time.Hour)}
	times := []int64{}
	err := a.Samples(context.Background(), r, func(s tag.Sample) bool {
		times = append(times, s.Time.UnixMicro())
		w, has := want[s.Time.UnixMicro()]
		if has {
			seen++
		}
		if has && w != s {
			other++
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(times) {
		t.Errorf("tag %d is not in order", id)
	}
	return len(want) - seen, other
}
