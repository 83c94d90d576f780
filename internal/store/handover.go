package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// takenRow says who has taken a signed shift over.
type takenRow struct {
	Signature int64  `gorm:"column:signature;primaryKey;autoIncrement:false"`
	At        int64  `gorm:"column:at"`
	WhoID     int64  `gorm:"column:who_id"`
	WhoName   string `gorm:"column:who_name"`
	WhoRole   string `gorm:"column:who_role"`
}

// TableName is the row's table.
func (takenRow) TableName() string { return "acknowledgements" }

// takenOver gives who has taken some signed shifts over, by signature.
func takenOver(db *gorm.DB, rows []signatureRow) (map[int64]takenRow, error) {
	by := map[int64]takenRow{}
	if len(rows) == 0 {
		return by, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var all []takenRow
	err := db.Where("signature IN ?", ids).Find(&all).Error
	for _, t := range all {
		by[t.Signature] = t
	}
	return by, err
}

// tell tells it of the signed shift; of one that nobody has taken over, nothing.
func (t takenRow) tell(s *edit.Signed) {
	if t.Signature != 0 {
		s.Taken, s.TakenBy = moment(t.At), plant.Person{ID: t.WhoID, Name: t.WhoName, Role: roleOf(t.WhoRole)}
	}
}

// HandedOver gives the newest signed shift that left a comment while nobody has taken that over, else the newest of all,
// without its segments.
func (k edits) HandedOver(ctx context.Context, line plant.LineID) (s edit.Signed, ok bool, err error) {
	var rows []signatureRow
	var by map[int64]takenRow
	err = k.s.read(ctx, "load the hand-over of line "+string(line), func(db *gorm.DB) (err error) {
		for _, which := range []string{"line = ? AND comment <> ''", "line = ?"} {
			rows = nil
			err = standing(db.Omit("content")).Where(which, text(string(line))).Order("from_at DESC").Limit(1).Find(&rows).Error
			if err != nil {
				return err
			}
			if by, err = takenOver(db, rows); err != nil || len(rows) > 0 && len(by) == 0 {
				return err
			}
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return s, false, err
	}
	s = rows[0].outline()
	by[s.ID].tell(&s)
	return s, true, nil
}

// Acknowledge keeps who has taken a signed shift over. Whoever comes second changes nothing.
func (k edits) Acknowledge(ctx context.Context, s edit.Signed, by plant.Person) error {
	line := text(string(s.Line))
	return k.s.write(ctx, "take over a shift of line "+line, func(tx *gorm.DB) error {
		if err := k.s.dialect.queue(tx, "edits/"+line); err != nil {
			return err
		}
		var row signatureRow
		err := standing(tx).Take(&row, "line = ? AND id = ?", line, s.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return conflict("this shift was opened again, or signed anew, since you looked at it; look again")
		} else if err != nil {
			return err
		}
		taken, err := takenOver(tx, []signatureRow{row})
		if err != nil || len(taken) > 0 {
			return err
		}
		at, err := k.s.at(tx)
		if err != nil {
			return err
		}
		t := takenRow{Signature: row.ID, At: at.UnixMicro(), WhoID: by.ID, WhoName: text(by.Name), WhoRole: by.Role.String()}
		if err := tx.Create(&t).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "shift.acknowledge", On: "line " + line, New: row.told(), Why: row.Comment})
		return err
	})
}
