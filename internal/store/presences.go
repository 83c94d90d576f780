package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/oee/crew"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// presences keeps who stands at the lines.
type presences struct{ s *Store }

var _ crew.Book = presences{}

// longestPresence is more than a presence can last: to the end of a shift.
const longestPresence = 3 * 24 * time.Hour

type presenceRow struct {
	ID      int64   `gorm:"column:id;primaryKey;autoIncrement:false"`
	Line    string  `gorm:"column:line"`
	Unit    string  `gorm:"column:unit"`
	WhoID   int64   `gorm:"column:who_id"`
	WhoName string  `gorm:"column:who_name"`
	FromAt  int64   `gorm:"column:from_at"`
	ToAt    int64   `gorm:"column:to_at"`
	OnID    int64   `gorm:"column:on_id"`
	OnName  string  `gorm:"column:on_name"`
	OffID   *int64  `gorm:"column:off_id"`
	OffName *string `gorm:"column:off_name"`
}

// TableName is the row's table.
func (presenceRow) TableName() string { return "presences" }

func (r presenceRow) presence() crew.Presence {
	p := crew.Presence{
		ID: r.ID, Line: plant.LineID(r.Line), Unit: plant.UnitID(r.Unit), Who: plant.Person{ID: r.WhoID, Name: r.WhoName},
		Span: plant.Span{From: moment(r.FromAt), To: moment(r.ToAt)}, On: plant.Person{ID: r.OnID, Name: r.OnName}, Left: r.OffID != nil,
	}
	if p.Left {
		p.Off = plant.Person{ID: *r.OffID, Name: *r.OffName}
	}
	return p
}

// Present gives who is signed on at a line at a moment, in the order of their coming.
func (k presences) Present(ctx context.Context, line plant.LineID, at time.Time) ([]crew.Presence, error) {
	rows, err := k.rows(ctx, line, plant.Span{From: at, To: at.Add(time.Microsecond)})
	all := make([]crew.Presence, len(rows))
	for i, r := range rows {
		all[i] = r.presence()
	}
	return all, err
}

// rows are the presences at a line that overlap a time.
func (k presences) rows(ctx context.Context, line plant.LineID, of plant.Span) (rows []presenceRow, err error) {
	err = k.s.read(ctx, "find who was at line "+string(line), func(db *gorm.DB) error {
		return db.Where("line = ? AND from_at < ? AND from_at > ? AND to_at > ?", text(string(line)), of.To.UnixMicro(), of.From.Add(-longestPresence).UnixMicro(), of.From.UnixMicro()).
			Order("from_at, id").Limit(longest).Find(&rows).Error
	})
	return rows, err
}

// Crew gives when people were at a line, by the beginning.
func (r rollups) Crew(ctx context.Context, line plant.LineID, of plant.Span) (all []kpi.Attendance, err error) {
	rows, err := presences(r).rows(ctx, line, of)
	for _, row := range rows {
		all = append(all, kpi.Attendance{Who: row.WhoName, Span: plant.Span{From: moment(row.FromAt), To: moment(row.ToAt)}})
	}
	return all, err
}

// SignOn keeps a presence from now on. Who is signed on at that place already stays so: that presence is given.
func (k presences) SignOn(ctx context.Context, p crew.Presence) (crew.Presence, error) {
	line := text(string(p.Line))
	var row presenceRow
	err := k.s.write(ctx, "sign "+p.Who.Name+" on at line "+line, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "presences/"+line); err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		var there []presenceRow
		err = tx.Where("line = ? AND unit = ? AND who_id = ? AND who_name = ? AND from_at <= ? AND from_at > ? AND to_at > ?",
			line, text(string(p.Unit)), p.Who.ID, text(p.Who.Name), now.UnixMicro(), now.Add(-longestPresence).UnixMicro(), now.UnixMicro()).Limit(1).Find(&there).Error
		if err != nil {
			return err
		} else if len(there) > 0 {
			row = there[0]
			return nil
		}
		id, err := next(tx, "presence", 1)
		if err != nil {
			return err
		}
		row = presenceRow{
			ID: id, Line: line, Unit: text(string(p.Unit)), WhoID: p.Who.ID, WhoName: text(p.Who.Name), FromAt: now.UnixMicro(),
			ToAt: plant.Later(p.To, now).UnixMicro(), OnID: p.On.ID, OnName: text(p.On.Name),
		}
		if err := stale(tx, line, row.FromAt); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return k.tell(tx, "line.sign_on", p.On, row)
	})
	return row.presence(), err
}

// SignOff ends a presence now, and gives it. One that is over stays as it is.
func (k presences) SignOff(ctx context.Context, line plant.LineID, id int64, by plant.Person) (crew.Presence, error) {
	var row presenceRow
	err := k.s.write(ctx, "sign off at line "+string(line), func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "presences/"+text(string(line))); err != nil {
			return err
		}
		if err := takeOne(tx.Where("id = ? AND line = ?", id, text(string(line))), &row, "nobody was signed on by that number at this line"); err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		if row.ToAt <= now.UnixMicro() { // signed off, or the shift has ended
			return nil
		}
		name := text(by.Name)
		row.ToAt, row.OffID, row.OffName = now.UnixMicro(), &by.ID, &name
		if err := stale(tx, row.Line, row.ToAt); err != nil {
			return err
		}
		if err := tx.Model(&row).Select("to_at", "off_id", "off_name").Updates(&row).Error; err != nil {
			return err
		}
		return k.tell(tx, "line.sign_off", by, row)
	})
	return row.presence(), err
}

func (k presences) tell(tx *gorm.DB, what string, by plant.Person, r presenceRow) error {
	words := r.WhoName
	if r.Unit != "" {
		words += " at " + r.Unit
	}
	_, err := k.s.audit(tx, access.Entry{Who: by, What: what, On: "line " + r.Line, New: fmt.Sprintf("presence %d of %s, until %s", r.ID, words, moment(r.ToAt).Format(time.RFC3339))})
	return err
}
