package paper

import (
	"fmt"
	"io"
	"time"

	"github.com/go-pdf/fpdf"
)

// fields is a sheet of A4 that is cut into fields of one size; wide and high are millimetres.
type fields struct {
	title        string
	across, down int
	wide, high   float64
}

// write draws n fields, each where it stands on its page, and an empty page when there are none.
func (f fields) write(w io.Writer, made time.Time, n int, draw func(s *sheet, n int, x, y float64)) error {
	s := &sheet{Fpdf: fpdf.New("P", "mm", "A4", "")}
	s.SetCreationDate(made)
	s.SetModificationDate(made)
	s.SetCatalogSort(true)
	s.SetTitle(f.title, true)
	s.SetProducer("Millwright", true)
	if err := s.addFaces(); err != nil {
		return err
	}
	s.SetMargins(0, 0, 0)
	s.SetCellMargin(0)
	s.SetAutoPageBreak(false, 0)
	if n == 0 {
		s.AddPage()
	}
	for i := range n {
		at := i % (f.across * f.down)
		if at == 0 {
			s.AddPage()
		}
		draw(s, i, float64(at%f.across)*f.wide, float64(at/f.across)*f.high)
	}
	if err := s.Output(w); err != nil {
		return fmt.Errorf("write %s as PDF: %w", f.title, err)
	}
	return nil
}
