package rollup

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// layout is the number of the way in which rows are packed: what was packed in another way is not read.
const layout = 2

// A chunk is the layout's number, the texts in it, the moment it begins, and the rows: of each the beginning and the
// length, the numbers of its texts, which of its numbers are not 0, and these.
func pack(rows []kpi.Row) []byte {
	var texts []string
	number := map[string]uint64{}
	for i := range rows {
		for _, t := range textsOf(&rows[i]) {
			if _, ok := number[*t]; !ok {
				number[*t] = uint64(len(texts))
				texts = append(texts, *t)
			}
		}
	}
	b := binary.AppendUvarint([]byte{layout}, uint64(len(texts)))
	for _, t := range texts {
		b = binary.AppendUvarint(b, uint64(len(t)))
		b = append(b, t...)
	}
	at := int64(0)
	for i := range rows {
		r := &rows[i]
		from := r.From.UnixMicro()
		b = binary.AppendVarint(b, from-at)
		b = binary.AppendVarint(b, r.To.UnixMicro()-from)
		at = from
		for _, t := range textsOf(r) {
			b = binary.AppendUvarint(b, number[*t])
		}
		b = packSums(b, &r.Sums)
	}
	return b
}

func packSums(b []byte, s *kpi.Sums) []byte {
	var numbers [kpi.Numbers]int64
	s.Write(&numbers)
	which := uint64(0)
	for i, n := range numbers {
		if n != 0 {
			which |= 1 << i
		}
	}
	b = binary.AppendUvarint(b, which)
	for _, n := range numbers {
		if n != 0 {
			b = binary.AppendVarint(b, n)
		}
	}
	return b
}

func textsOf(r *kpi.Row) [7]*string {
	return [7]*string{&r.Shift, &r.Date, &r.Product, &r.Order, (*string)(&r.Unit), &r.Reason, &r.Crew}
}

var errPacked = errors.New("a chunk of sums is damaged")

// unpack gives the rows of a chunk.
func unpack(line plant.LineID, packed []byte) (rows []kpi.Row, err error) {
	err = spread(line, packed, func(span plant.Span, key *kpi.Key) *kpi.Sums {
		rows = append(rows, kpi.Row{Span: span, Key: *key})
		return &rows[len(rows)-1].Sums
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// spread adds the numbers of each row of a chunk where its place is; those without one are passed over. What was added
// is of no use once there is an error.
func spread(line plant.LineID, packed []byte, place Place) error {
	if len(packed) == 0 || packed[0] != layout {
		return errPacked
	}
	in := reader{data: packed, at: 1}
	texts := make([]string, min(in.unsigned(), uint64(len(packed))))
	for i := range texts {
		texts[i] = in.text()
	}
	row := kpi.Row{Key: kpi.Key{Line: line}}
	keys := textsOf(&row)
	for at := int64(0); in.at < len(in.data) && !in.bad; {
		at += in.signed()
		row.From, row.To = time.UnixMicro(at).UTC(), time.UnixMicro(at+in.signed()).UTC()
		for _, t := range keys {
			*t = in.of(texts)
		}
		which := in.unsigned()
		if in.bad {
			break
		}
		if into := place(row.Span, &row.Key); into != nil {
			for ; which != 0; which &= which - 1 {
				if i := bits.TrailingZeros64(which); i < kpi.Numbers {
					into.Plus(i, in.signed())
				}
			}
		} else {
			in.skip(bits.OnesCount64(which & (1<<kpi.Numbers - 1)))
		}
	}
	if in.bad {
		return errPacked
	}
	return nil
}

// reader reads what was packed; bad once there is less than there should be.
type reader struct {
	data []byte
	at   int
	bad  bool
}

func (r *reader) unsigned() uint64 {
	if r.at < len(r.data) && r.data[r.at] < 0x80 { // most numbers are short
		r.at++
		return uint64(r.data[r.at-1])
	}
	n, size := binary.Uvarint(r.data[r.at:])
	if size <= 0 {
		r.end()
		return 0
	}
	r.at += size
	return n
}

// signed reads a number as encoding/binary writes it: its sign is the last bit.
func (r *reader) signed() int64 {
	n := r.unsigned()
	return int64(n>>1) ^ -int64(n&1)
}

// skip passes over numbers.
func (r *reader) skip(numbers int) {
	for ; numbers > 0; r.at++ {
		if r.at >= len(r.data) {
			r.end()
			return
		}
		if r.data[r.at] < 0x80 {
			numbers--
		}
	}
}

// end says that there is no more, though there should be.
func (r *reader) end() { r.bad, r.at = true, len(r.data) }

func (r *reader) text() string {
	n := r.unsigned()
	if n > uint64(len(r.data)-r.at) {
		r.end()
		return ""
	}
	r.at += int(n)
	return string(r.data[r.at-int(n) : r.at])
}

func (r *reader) of(texts []string) string {
	n := r.unsigned()
	if n >= uint64(len(texts)) {
		r.bad = true
		return ""
	}
	return texts[n]
}
