package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

type signatureRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line    string `gorm:"column:line"`
	FromAt  int64  `gorm:"column:from_at"`
	ToAt    int64  `gorm:"column:to_at"`
	Shift   string `gorm:"column:shift"`
	Date    string `gorm:"column:date"`
	Content string `gorm:"column:content"`
	Comment string `gorm:"column:comment"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	WhoRole string `gorm:"column:who_role"`
}

// TableName is the row's table.
func (signatureRow) TableName() string { return "signatures" }

func (r signatureRow) signed() (edit.Signed, error) {
	segments, err := unpack(r.Content)
	if err != nil {
		return edit.Signed{}, fmt.Errorf("read the signed shift %d: %w", r.ID, err)
	}
	for i := range segments {
		segments[i].Line = plant.LineID(r.Line)
	}
	s := r.outline()
	s.Segments = segments
	return s, nil
}

// outline is the signed shift without its segments.
func (r signatureRow) outline() edit.Signed {
	return edit.Signed{
		ID: r.ID, Line: plant.LineID(r.Line), Shift: r.Shift, Date: r.Date, Span: plant.Span{From: moment(r.FromAt), To: moment(r.ToAt)},
		Comment: r.Comment, At: moment(r.At), By: plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
	}
}

// told names a signed shift in the audit chain: the hash covers every segment of it.
func (r signatureRow) told() string {
	return fmt.Sprintf("shift %s of %s, %s/%s, sha256 %s", r.Shift, r.Date,
		moment(r.FromAt).Format(time.RFC3339), moment(r.ToAt).Format(time.RFC3339), consent.Hash(r.Content))
}

// signatures gives those that stand over a time that overlaps [from, to), by their beginnings.
func signatures(db *gorm.DB, line string, from, to int64) (rows []signatureRow, err error) {
	err = db.Raw("SELECT * FROM signatures WHERE line = ? AND from_at < ? AND from_at > ? AND to_at > ? AND "+counting+" ORDER BY from_at"+limited,
		line, to, from-edit.Longest.Microseconds()-1, from).Scan(&rows).Error
	return rows, err
}

// standing narrows signatures to those that count.
func standing(db *gorm.DB) *gorm.DB { return db.Where(counting) }

const counting = `content <> '' AND NOT EXISTS (
		SELECT 1 FROM signatures AS newer
		 WHERE newer.line = signatures.line AND newer.from_at = signatures.from_at AND newer.id > signatures.id)`

// Signed gives the signed shifts that overlap [from, to), by their beginnings.
func (k edits) Signed(ctx context.Context, line plant.LineID, from, to time.Time) ([]edit.Signed, error) {
	var rows []signatureRow
	var by map[int64]takenRow
	err := k.s.read(ctx, "load signed shifts of line "+string(line), func(db *gorm.DB) (err error) {
		if rows, err = signatures(db, text(string(line)), from.UnixMicro(), to.UnixMicro()); err == nil {
			by, err = takenOver(db, rows)
		}
		return err
	})
	all := make([]edit.Signed, len(rows))
	for i, r := range rows {
		if err != nil {
			break
		}
		all[i], err = r.signed()
		by[r.ID].tell(&all[i])
	}
	return all, err
}

// Sign freezes a shift as who signs has seen it.
func (k edits) Sign(ctx context.Context, s edit.Signed, seen int64) (edit.Signed, error) {
	if err := s.Check(); err != nil {
		return s, err
	}
	content, err := pack(s.Segments)
	if err != nil {
		return s, err
	}
	row := signatureRow{
		Line: text(string(s.Line)), FromAt: s.From.UnixMicro(), ToAt: s.To.UnixMicro(), Shift: text(s.Shift), Date: text(s.Date),
		Content: content, Comment: text(s.Comment), WhoID: s.By.ID, WhoName: text(s.By.Name), WhoRole: s.By.Role.String(),
	}
	err = k.s.write(ctx, "sign a shift of line "+row.Line, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "edits/"+row.Line); err != nil {
			return err
		}
		if err := unsigned(tx, editRow{Line: row.Line, FromAt: row.FromAt, ToAt: row.ToAt}); err != nil {
			return err
		}
		var newest int64
		err := overlapping(tx.Model(&editRow{}), row.Line, row.FromAt, row.ToAt).Select("COALESCE(MAX(id), 0)").Row().Scan(&newest)
		if err != nil {
			return err
		}
		if newest > seen {
			return conflict("somebody has said something about this shift since you looked at it; look again before you sign it")
		}
		return k.enter(tx, &row, access.Entry{Who: s.By, What: "shift.sign", New: row.told(), Why: row.Comment})
	})
	if err != nil {
		return s, err
	}
	return row.signed()
}

// Reopen lets a signed shift be read as it is derived again.
func (k edits) Reopen(ctx context.Context, s edit.Signed, by plant.Person, why string) error {
	line := text(string(s.Line))
	return k.s.write(ctx, "open a signed shift of line "+line, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "edits/"+line); err != nil {
			return err
		}
		rows, err := signatures(tx, line, s.From.UnixMicro(), s.To.UnixMicro())
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ID != s.ID {
				continue
			}
			e := access.Entry{Who: by, What: "shift.reopen", Old: row.told(), Why: text(why)}
			row.Content, row.Comment, row.WhoID, row.WhoName, row.WhoRole = "", text(why), by.ID, text(by.Name), by.Role.String()
			return k.enter(tx, &row, e)
		}
		return conflict("this shift was opened again already; look again")
	})
}

// enter numbers, dates and keeps a row, and audits it.
func (k edits) enter(tx *gorm.DB, row *signatureRow, e access.Entry) (err error) {
	if err := stale(tx, row.Line, row.FromAt); err != nil {
		return err
	}
	if row.ID, err = next(tx, "signature", 1); err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	row.At = at.UnixMicro()
	if err := tx.Create(row).Error; err != nil {
		return err
	}
	e.On = "line " + row.Line
	_, err = k.s.audit(tx, e)
	return err
}

// packed is a segment as a signature holds it. Names are never given another meaning: what was signed stays readable.
type packed struct {
	From     int64  `json:"f"`
	To       int64  `json:"t"`
	Category uint8  `json:"c"`
	State    int64  `json:"s,omitempty"`
	Unit     string `json:"u,omitempty"`
	Fault    string `json:"e,omitempty"`
	Product  string `json:"p,omitempty"`
	Order    string `json:"o,omitempty"`
	Shift    string `json:"h,omitempty"`
	Date     string `json:"d,omitempty"`
	Good     int64  `json:"g,omitempty"`
	Reject   int64  `json:"r,omitempty"`
	Ideal    int64  `json:"i,omitempty"`
	Unrated  int64  `json:"n,omitempty"`
	Stop     *int64 `json:"st,omitempty"`
	Reason   string `json:"re,omitempty"`
	Comment  string `json:"co,omitempty"`
	By       string `json:"by,omitempty"`
	Edit     int64  `json:"ed,omitempty"`
	Derived  uint8  `json:"de,omitempty"`
	Manual   int64  `json:"ma,omitempty"`
	Rework   int64  `json:"rw,omitempty"`
	Unseen   int64  `json:"us,omitempty"`
}

func pack(segments []oee.Segment) (string, error) {
	all := make([]packed, len(segments))
	for i, s := range segments {
		all[i] = packed{
			From: s.From.UnixMicro(), To: s.To.UnixMicro(), Category: uint8(s.Category), State: int64(s.State), Unit: string(s.Unit),
			Fault: s.Fault, Product: s.Product, Order: s.Order, Shift: s.Shift, Date: s.Date, Good: int64(s.Good), Reject: int64(s.Reject),
			Ideal: int64(s.Ideal), Unrated: int64(s.Unrated), Stop: maybe(s.Stop), Reason: s.Reason, Comment: s.Comment, By: s.By,
			Edit: s.Edit, Derived: uint8(s.Derived), Manual: int64(s.Manual), Rework: int64(s.Rework), Unseen: int64(s.Unseen),
		}
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(all); err != nil {
		return "", fmt.Errorf("write a signed shift: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("write a signed shift: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// longestShift bounds what a signature may unfold to, in bytes.
const longestShift = 64 << 20

func unpack(content string) ([]oee.Segment, error) {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(content)))
	if err != nil {
		return nil, err
	}
	var all []packed
	if err := json.NewDecoder(io.LimitReader(z, longestShift)).Decode(&all); err != nil {
		return nil, err
	}
	segments := make([]oee.Segment, len(all))
	for i, p := range all {
		segments[i] = oee.Segment{
			From: moment(p.From), To: moment(p.To), Category: oee.Category(p.Category), State: machine.State(p.State), Unit: plant.UnitID(p.Unit),
			Fault: p.Fault, Product: p.Product, Order: p.Order, Shift: p.Shift, Date: p.Date, Good: plant.Quantity(p.Good), Reject: plant.Quantity(p.Reject),
			Ideal: time.Duration(p.Ideal), Unrated: plant.Quantity(p.Unrated), Stop: known(p.Stop), Reason: p.Reason, Comment: p.Comment, By: p.By,
			Edit: p.Edit, Derived: oee.Category(p.Derived), Manual: plant.Quantity(p.Manual), Rework: plant.Quantity(p.Rework), Unseen: time.Duration(p.Unseen),
		}
	}
	return segments, nil
}
