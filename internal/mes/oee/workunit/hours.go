package workunit

import "millwright/internal/plant"

// Hours are the whole hours that are told of many machines where a time is asked for that begins or ends within one.
type Hours struct{ asked, told plant.Span }

func (h *Hours) widen(hour plant.Span) {
	h.told = plant.Span{From: plant.Earlier(h.told.From, hour.From), To: plant.Later(h.told.To, hour.To)}
}

// Of is the time that is told of machines in the place of a period of a division; wider is false where it is that.
func (h Hours) Of(period plant.Span) (told plant.Span, wider bool) {
	told = period
	if told.From.Equal(h.asked.From) {
		told.From = h.told.From
	}
	if told.To.Equal(h.asked.To) {
		told.To = h.told.To
	}
	return told, !told.From.Equal(period.From) || !told.To.Equal(period.To)
}

// Wider is the time that is told in the place of what is asked for; ok is false where it is that.
func (h Hours) Wider() (told plant.Span, ok bool) { return h.Of(h.asked) }
