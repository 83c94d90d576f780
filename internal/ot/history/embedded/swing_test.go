package embedded

import (
	"bufio"
	"compress/gzip"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/ot/history/swing"
	"millwright/internal/ot/tag"
)

// BenchmarkSwing tells what a swing of 1 % saves on the log of a real mill, in bytes a reading on the disk.
func BenchmarkSwing(b *testing.B) {
	for _, item := range []string{"Feed_Rate", "Program_Runtime_Seconds"} {
		b.Run(item, func(b *testing.B) {
			all := millLog(b, item)
			low, high := math.Inf(1), math.Inf(-1)
			for _, s := range all {
				v, _ := s.Value.Float()
				low, high = math.Min(low, v), math.Max(high, v)
			}
			var kept []tag.Sample
			for range b.N {
				door := swing.NewDoor((high-low)/100, time.Minute)
				kept = kept[:0]
				for _, s := range all {
					kept = door.Pass(kept, s, s.Time)
				}
				kept = door.Flush(kept)
			}
			b.StopTimer()
			n := float64(len(all))
			b.ReportMetric(n, "readings")
			b.ReportMetric(float64(len(kept))/n, "kept/reading")
			b.ReportMetric(onDisk(b, all), "B/reading-before")
			b.ReportMetric(onDisk(b, kept)*float64(len(kept))/n, "B/reading-after")
		})
	}
}

func millLog(b *testing.B, item string) (all []tag.Sample) {
	b.Helper()
	f, err := config.Bundled().Open("nist/Box-OP1-Hurco02-01of20.txt.gz")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	rows := bufio.NewScanner(z)
	for rows.Scan() {
		row := strings.Split(rows.Text(), "|")
		at, err := time.Parse(time.RFC3339Nano, row[0])
		v, no := strconv.ParseFloat(row[len(row)-1], 64)
		if err == nil && no == nil && row[1] == item && (len(all) == 0 || at.After(all[len(all)-1].Time)) {
			all = append(all, tag.Sample{Tag: 1, Time: at, Value: tag.FloatValue(v)}.Clean())
		}
	}
	return all
}

// onDisk is how many bytes a sample takes in blocks, the log played half a day long.
func onDisk(b *testing.B, all []tag.Sample) float64 {
	b.Helper()
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "mill/mill/x"}})
	if err != nil {
		b.Fatal(err)
	}
	a, err := Open(b.TempDir(), reg, nil, Options{Retention: -1})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	length := all[len(all)-1].Time.Sub(all[0].Time) + time.Second
	for turn := range int(12*time.Hour/length) + 1 {
		batch := slices.Clone(all)
		for i := range batch {
			batch[i].Time = batch[i].Time.Add(length * time.Duration(turn))
		}
		if refused, err := a.Append(context.Background(), batch[len(batch)-1].Time, batch); err != nil || len(refused) > 0 {
			b.Fatal(err, len(refused))
		}
	}
	if err := a.Compact(context.Background()); err != nil {
		b.Fatal(err)
	}
	s := a.Stats()
	return float64(s.BlockBytes) / float64(s.BlockSamples)
}
