package embedded

import "time"

// Still keeps everybody from appending while do looks at the files: what is on the disk then is whole.
func (a *Archive) Still(do func() error) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	return do()
}

// Growth is how many bytes a day takes, as measured over the last one before now; 0 while there is less than an hour
// of it in blocks. Blocks that reach further back count in proportion.
func (a *Archive) Growth(now time.Time) int64 {
	leave, err := a.enter()
	if err != nil {
		return 0
	}
	defer leave()
	to, day := now.UnixMicro(), (24 * time.Hour).Microseconds()
	first, last, bytes := to, to-day, 0.0
	for _, b := range a.store.Blocks() {
		from, till := max(b.MinTime(), to-day), min(b.MaxTime(), to)
		if from >= till {
			continue
		}
		first, last = min(first, from), max(last, till)
		bytes += float64(b.Size()) * float64(till-from) / float64(b.MaxTime()-b.MinTime())
	}
	if last-first < time.Hour.Microseconds() {
		return 0
	}
	return int64(bytes / float64(last-first) * float64(day))
}
