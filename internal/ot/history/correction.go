package history

import (
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Correction is a sample that was corrected. What stood there stays readable here for good.
type Correction struct {
	ID       int64
	Tag      string
	Was, New tag.Sample // their Tag is not kept: it is the number of Tag in the plant at hand
	By       plant.Person
	At       time.Time // when it was said
	Why      string
}
