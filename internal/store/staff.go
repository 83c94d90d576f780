package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

type skillStaffRow struct {
	Skill  int64  `gorm:"column:skill;primaryKey;autoIncrement:false"`
	Shift  string `gorm:"column:shift;primaryKey"`
	People int64  `gorm:"column:people"`
	ByID   int64  `gorm:"column:by_id"`
	ByName string `gorm:"column:by_name"`
}

// TableName is the row's table.
func (skillStaffRow) TableName() string { return "skill_staff" }

func (r skillStaffRow) staff() skill.Staff {
	return skill.Staff{Skill: r.Skill, Shift: r.Shift, People: r.People, Known: true, By: plant.Person{ID: r.ByID, Name: r.ByName}}
}

// words tells it in the audit.
func (r skillStaffRow) words() string { return fmt.Sprintf("%d in shift %s", r.People, r.Shift) }

// Employ says how many people with a skill work in a shift.
func (k skillBook) Employ(ctx context.Context, s skill.Staff, by plant.Person) error {
	if err := s.Check(); err != nil {
		return err
	}
	row := skillStaffRow{Skill: s.Skill, Shift: text(s.Shift), People: s.People, ByID: by.ID, ByName: text(by.Name)}
	return k.s.write(ctx, "say how many people work in a shift", func(tx *gorm.DB) error {
		if err := takeOne(tx.Where("id = ?", s.Skill), &skillRow{}, "there is no such skill"); err != nil {
			return err
		}
		var was []skillStaffRow
		if err := tx.Where("skill = ? AND shift = ?", row.Skill, row.Shift).Limit(1).Find(&was).Error; err != nil {
			return err
		}
		e := access.Entry{Who: by, What: "skill.staff", On: skillThing(s.Skill), New: "nobody says for shift " + row.Shift}
		if s.Known {
			e.New = row.words()
		}
		if len(was) > 0 {
			e.Old = was[0].words()
		} else if !s.Known {
			return nil
		}
		if e.Old == e.New {
			return nil
		}
		if err := tx.Exec("DELETE FROM skill_staff WHERE skill = ? AND shift = ?", row.Skill, row.Shift).Error; err != nil {
			return err
		}
		if s.Known {
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		}
		_, err := k.s.audit(tx, e)
		return err
	})
}
