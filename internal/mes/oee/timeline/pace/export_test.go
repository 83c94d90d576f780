package pace

// Marks is how many counts are kept.
func (p *Pace) Marks() int { return len(p.marks) }
