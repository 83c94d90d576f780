// Package shop reads job shops and flexible job shops in the text formats in which the literature keeps them.
package shop

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"millwright/internal/erp/schedule"
	"millwright/internal/errs"
)

// Form is how a file is written.
type Form string

// The forms. Both begin with a line that tells how many jobs and machines there are; a job is a line.
const (
	JobShop  Form = "jsp" // pairs of machine, from 0, and duration: each job visits each machine once
	Flexible Form = "fjs" // the number of operations, and for each the number of choices and pairs of machine, from 1, and duration
	Either   Form = ""    // what the first job's line looks like
)

// The bounds of what is read.
const (
	mostBytes      = 16 << 20
	mostJobs       = 20_000
	mostMachines   = 2_000
	mostOperations = 100_000
	mostChoices    = 1_000_000
	mostDuration   = 1_000_000_000
)

// Read reads a file. What is wrong in it is an errs.Invalid error that names the line.
func Read(r io.Reader, form Form) (schedule.Problem, error) {
	text := bufio.NewScanner(io.LimitReader(r, mostBytes+1))
	text.Buffer(make([]byte, 0, 64<<10), mostBytes)
	f := reader{form: form}
	read := 0
	for n := 1; text.Scan(); n++ {
		if read += len(text.Bytes()) + 1; read > mostBytes {
			return schedule.Problem{}, errs.New(errs.Invalid, "the file is longer than %d MB", mostBytes>>20)
		}
		if err := f.line(text.Text()); err != nil {
			return schedule.Problem{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := text.Err(); errors.Is(err, bufio.ErrTooLong) {
		return schedule.Problem{}, errs.New(errs.Invalid, "the file has a line that is longer than %d MB", mostBytes>>20)
	} else if err != nil {
		return schedule.Problem{}, err
	}
	if f.want == 0 || len(f.p.Jobs) < f.want {
		return schedule.Problem{}, errs.New(errs.Invalid, "the file ends after %d of %d jobs", len(f.p.Jobs), f.want)
	}
	return f.p, nil
}

// reader takes a file in line by line.
type reader struct {
	form    Form
	p       schedule.Problem
	want    int // jobs
	ops     int
	choices int
}

func (f *reader) line(s string) error {
	s = strings.TrimSpace(s)
	if f.want > 0 && len(f.p.Jobs) == f.want {
		return nil // what follows is remarks
	}
	if s == "" || strings.HasPrefix(s, "#") || f.want == 0 && !digit(s) {
		return nil
	}
	words := strings.Fields(s)
	if f.want == 0 {
		return f.header(words)
	}
	numbers := make([]int64, len(words))
	for i, w := range words {
		n, err := strconv.ParseInt(w, 10, 64)
		if err != nil || n < 0 || n > mostDuration {
			return errs.New(errs.Invalid, "%q is not a whole number from 0 to %d", clip(w), mostDuration)
		}
		numbers[i] = n
	}
	return f.job(numbers)
}

// header takes the numbers of jobs and machines; a flexible shop may tell its mean number of choices too.
func (f *reader) header(words []string) error {
	if len(words) < 2 {
		return errs.New(errs.Invalid, "the first line tells the number of jobs and of machines")
	}
	jobs, err := strconv.Atoi(words[0])
	if err != nil || jobs < 1 || jobs > mostJobs {
		return errs.New(errs.Invalid, "%q jobs: it takes 1 to %d", clip(words[0]), mostJobs)
	}
	machines, err := strconv.Atoi(words[1])
	if err != nil || machines < 1 || machines > mostMachines {
		return errs.New(errs.Invalid, "%q machines: it takes 1 to %d", clip(words[1]), mostMachines)
	}
	f.want, f.p.Machines = jobs, make([]schedule.Machine, machines)
	if f.form == Either && len(words) > 2 {
		f.form = Flexible
	}
	return nil
}

func (f *reader) job(numbers []int64) error {
	if f.form == Either {
		f.form = Flexible
		if len(numbers) == 2*len(f.p.Machines) && !flexible(numbers) {
			f.form = JobShop
		}
	}
	job := schedule.Job{Weight: 1}
	var err error
	if f.form == JobShop {
		job.Ops, err = f.pairs(numbers)
	} else {
		job.Ops, err = f.chosen(numbers)
	}
	f.p.Jobs = append(f.p.Jobs, job)
	return err
}

// pairs reads a job of machines and durations.
func (f *reader) pairs(numbers []int64) (ops []schedule.Operation, err error) {
	if len(numbers) != 2*len(f.p.Machines) {
		return nil, errs.New(errs.Invalid, "the job has %d numbers; it takes a machine and a duration for each of %d machines", len(numbers), len(f.p.Machines))
	}
	for i := 0; i < len(numbers); i += 2 {
		mode, err := f.mode(numbers[i], numbers[i+1])
		if err != nil {
			return nil, err
		}
		ops = append(ops, schedule.Operation{Modes: []schedule.Mode{mode}})
	}
	return ops, f.count(len(ops), len(ops))
}

// chosen reads a job of operations that have several machines to choose from.
func (f *reader) chosen(numbers []int64) (ops []schedule.Operation, err error) {
	next := func() (n int64, ok bool) {
		if len(numbers) == 0 {
			return 0, false
		}
		n, numbers = numbers[0], numbers[1:]
		return n, true
	}
	count, _ := next()
	for range min(count, mostOperations) {
		choices, ok := next()
		if !ok || choices < 1 || choices > int64(len(numbers)/2) {
			return nil, errs.New(errs.Invalid, "operation %d: the line ends before its machines are told, or it has none", len(ops)+1)
		}
		var o schedule.Operation
		for range choices {
			machine, _ := next()
			run, _ := next()
			mode, err := f.mode(machine-1, run)
			if err != nil {
				return nil, err
			}
			o.Modes = append(o.Modes, mode)
		}
		if err := f.count(1, len(o.Modes)); err != nil {
			return nil, err
		}
		ops = append(ops, o)
	}
	if len(numbers) > 0 {
		return nil, errs.New(errs.Invalid, "%d numbers are left at the end of the line", len(numbers))
	}
	return ops, nil
}

func (f *reader) mode(machine, run int64) (schedule.Mode, error) {
	if machine < 0 || machine >= int64(len(f.p.Machines)) {
		return schedule.Mode{}, errs.New(errs.Invalid, "there is no such machine among %d", len(f.p.Machines))
	}
	return schedule.Mode{Machine: int(machine), Run: run}, nil
}

func (f *reader) count(ops, choices int) error {
	f.ops, f.choices = f.ops+ops, f.choices+choices
	if f.ops > mostOperations || f.choices > mostChoices {
		return errs.New(errs.Invalid, "that is more than %d operations, or %d choices", mostOperations, mostChoices)
	}
	return nil
}

// flexible tells whether a line's numbers come out as operations with choices.
func flexible(numbers []int64) bool {
	rest := numbers[1:]
	for range min(numbers[0], int64(len(numbers))) {
		if len(rest) == 0 || rest[0] < 1 || rest[0] > int64(len(rest)-1)/2 {
			return false
		}
		rest = rest[1+2*rest[0]:]
	}
	return len(rest) == 0
}

func digit(s string) bool { return s[0] >= '0' && s[0] <= '9' || s[0] == '-' }

func clip(s string) string {
	if len(s) > 20 {
		return s[:20] + "…"
	}
	return s
}
