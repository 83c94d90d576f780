package oee

import (
	"time"

	"millwright/internal/plant"
)

// ISO is the same window by ISO 22400-2: its times, and the ratios made from them. None is ever
// capped: an effectiveness over 1 says that the planned run time per item is too long.
type ISO struct {
	PBT  time.Duration // planned busy time: all that is planned and known
	APT  time.Duration // actual production time: running, micro-stops inside
	ASUT time.Duration // actual unit set-up time: changeovers
	ADET time.Duration // actual unit down time: breakdowns
	ADOT time.Duration // actual unit delay time: no order, starved, blocked
	AUPT time.Duration // actual unit processing time: APT + ASUT
	AUBT time.Duration // actual unit busy time: AUPT + ADET

	GQ, SQ, PQ plant.Quantity // good, scrapped and produced pieces

	Availability  Ratio // APT / PBT
	Effectiveness Ratio // PRI · PQ / APT
	QualityRatio  Ratio // GQ / PQ
	OEE           Ratio // product of the three
	NEE           Ratio // AUPT / PBT · effectiveness · quality ratio
	Allocation    Ratio // AUBT / PBT
	Utilisation   Ratio // APT / AUBT
	Technical     Ratio // APT / (APT + ADET)
	SetUpRate     Ratio // ASUT / AUPT
	ScrapRatio    Ratio // SQ / PQ
	Throughput    Ratio // PQ per hour of PBT
}

// ISO looks at a measured window through ISO 22400-2.
func (c Classic) ISO() ISO {
	i := ISO{
		PBT:  c.PPT,
		APT:  c.Times[Running] + c.Times[MicroStop] + c.Times[ReducedSpeed],
		ASUT: c.Times[Changeover],
		ADET: c.Times[Breakdown],
		ADOT: c.Times[NoOrder] + c.Times[Starved] + c.Times[Blocked],
		GQ:   c.Good, SQ: c.Reject, PQ: c.Good + c.Reject,
	}
	i.AUPT = i.APT + i.ASUT
	i.AUBT = i.AUPT + i.ADET

	i.Availability = ratio(i.APT, i.PBT)
	i.Effectiveness = ratio(c.Ideal, i.APT)
	if c.Unrated != 0 {
		i.Effectiveness = Ratio{}
	}
	i.QualityRatio = c.Quality
	i.OEE = i.Availability.times(i.Effectiveness, i.QualityRatio)
	i.NEE = ratio(i.AUPT, i.PBT).times(i.Effectiveness, i.QualityRatio)
	i.Allocation = ratio(i.AUBT, i.PBT)
	i.Utilisation = ratio(i.APT, i.AUBT)
	i.Technical = ratio(i.APT, i.APT+i.ADET)
	i.SetUpRate = ratio(i.ASUT, i.AUPT)
	i.ScrapRatio = ratio(i.SQ, i.PQ)
	i.Throughput = ratio(i.PQ.Float(), i.PBT.Hours())
	return i
}

// Reliability is how often a machine fails and how long it takes to mend (ISO 22400-2).
type Reliability struct {
	MTBF         time.Duration // operating time per failure; with none, the operating time observed
	AtLeast      bool          // MTBF is a lower bound: nothing failed yet
	MTTR         time.Duration // repair time per failure; 0 with none
	Availability Ratio         // inherent: MTBF / (MTBF + MTTR); unknown with none
}

// Reliable gives the reliability of a machine over an operating time.
func Reliable(operating time.Duration, failures int64, repair time.Duration) Reliability {
	if failures <= 0 {
		return Reliability{MTBF: operating, AtLeast: true}
	}
	r := Reliability{
		MTBF: operating / time.Duration(failures),
		MTTR: repair / time.Duration(failures),
	}
	r.Availability = ratio(r.MTBF, r.MTBF+r.MTTR)
	return r
}
