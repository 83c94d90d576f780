// Package demoplant keeps the demo plant going: its machines in a process of their own, and the jobs they make.
package demoplant

import (
	"cmp"
	"maps"
	"time"

	"millwright/config"
	"millwright/internal/plant"
)

// Mill is the line whose machine is a replayed log.
const Mill = plant.LineID("mill-1")

// Hasten makes the lines' rates and thresholds fit machines that are so many times faster.
func Hasten(m *config.Model, speed float64) {
	if speed == 1 {
		return
	}
	faster := func(d time.Duration) time.Duration { return time.Duration(float64(d) / speed) }
	for _, s := range m.Plant.Sites {
		for _, a := range s.Areas {
			for i := range a.Lines {
				l := &a.Lines[i]
				if l.ID == Mill {
					continue // a log keeps its own time
				}
				l.Thresholds.MinStop = faster(cmp.Or(l.Thresholds.MinStop, 10*time.Second))
				l.Thresholds.MicroMax = faster(cmp.Or(l.Thresholds.MicroMax, 300*time.Second))
				l.Changeover = hastened(l.Changeover, faster)
				l.Special = maps.Clone(l.Special)
				for product, t := range l.Special {
					t.MinStop, t.MicroMax = faster(t.MinStop), faster(t.MicroMax)
					l.Special[product] = t
				}
				for j := range l.Rates {
					l.Rates[j].IdealCycle = faster(l.Rates[j].IdealCycle)
				}
			}
		}
	}
}

// hastened gives targets of changeovers that are shorter, and leaves the old ones as they are.
func hastened(c plant.Changeover, faster func(time.Duration) time.Duration) plant.Changeover {
	c.Default, c.To, c.Pairs = faster(c.Default), maps.Clone(c.To), maps.Clone(c.Pairs)
	for to, d := range c.To {
		c.To[to] = faster(d)
	}
	for pair, d := range c.Pairs {
		c.Pairs[pair] = faster(d)
	}
	return c
}
