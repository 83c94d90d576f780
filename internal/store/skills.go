package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

// skillBook keeps what people can do.
type skillBook struct{ s *Store }

var _ skill.Book = skillBook{}

// Skills keeps what people can do, and what it takes to start jobs.
func (s *Store) Skills() skill.Book { return skillBook{s} }

type skillRow struct {
	ID   int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Name string `gorm:"column:name"`
}

// TableName is the row's table.
func (skillRow) TableName() string { return "skills" }

type skillHolderRow struct {
	Skill   int64  `gorm:"column:skill;primaryKey;autoIncrement:false"`
	WhoID   int64  `gorm:"column:who_id;primaryKey;autoIncrement:false"`
	WhoName string `gorm:"column:who_name"`
	UntilAt *int64 `gorm:"column:until_at"`
	ByID    int64  `gorm:"column:by_id"`
	ByName  string `gorm:"column:by_name"`
}

// TableName is the row's table.
func (skillHolderRow) TableName() string { return "skill_holders" }

// words tells it in the audit.
func (r skillHolderRow) words() string {
	if r.UntilAt == nil {
		return r.WhoName + " has it"
	}
	return r.WhoName + " has it until " + moment(*r.UntilAt).Format(time.RFC3339)
}

type skillNeedRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Skill     int64  `gorm:"column:skill"`
	Line      string `gorm:"column:line"`
	Product   string `gorm:"column:product"`
	Operation int64  `gorm:"column:operation"`
}

// TableName is the row's table.
func (skillNeedRow) TableName() string { return "skill_needs" }

func (r skillNeedRow) words() string {
	return fmt.Sprintf("line %q, product %q, operation %d", r.Line, r.Product, r.Operation)
}

func skillThing(id int64) string { return fmt.Sprintf("skill/%d", id) }

// Matrix gives all skills, who has them, and what they are needed for.
func (k skillBook) Matrix(ctx context.Context) (m skill.Matrix, err error) {
	err = k.s.read(ctx, "read what people can do", func(db *gorm.DB) error {
		m, err = matrixOf(db)
		return err
	})
	return m, err
}

func matrixOf(db *gorm.DB) (m skill.Matrix, err error) {
	var skills []skillRow
	var holders []skillHolderRow
	var needs []skillNeedRow
	var staff []skillStaffRow
	if err := db.Order("name").Limit(longest).Find(&skills).Error; err != nil {
		return m, err
	}
	if err := db.Order("who_name, skill").Limit(longest).Find(&holders).Error; err != nil {
		return m, err
	}
	if err := db.Order("skill, shift").Limit(longest).Find(&staff).Error; err != nil {
		return m, err
	}
	err = db.Order("id").Limit(longest).Find(&needs).Error
	for _, r := range skills {
		m.Skills = append(m.Skills, skill.Skill{ID: r.ID, Name: r.Name})
	}
	for _, r := range holders {
		m.Holders = append(m.Holders, skill.Holder{Skill: r.Skill, Who: plant.Person{ID: r.WhoID, Name: r.WhoName}, Until: known(r.UntilAt), By: plant.Person{ID: r.ByID, Name: r.ByName}})
	}
	for _, r := range needs {
		m.Needs = append(m.Needs, skill.Need{ID: r.ID, Skill: r.Skill, Line: plant.LineID(r.Line), Product: r.Product, Operation: r.Operation})
	}
	for _, r := range staff {
		m.Staff = append(m.Staff, r.staff())
	}
	return m, err
}

// Add adds a skill.
func (k skillBook) Add(ctx context.Context, name string, by plant.Person) (skill.Skill, error) {
	name, err := skill.Check(text(name))
	if err != nil {
		return skill.Skill{}, err
	}
	row := skillRow{Name: name}
	err = k.s.write(ctx, "add skill "+name, func(tx *gorm.DB) error {
		var taken int64
		if err := tx.Raw("SELECT COUNT(*) FROM skills WHERE name = ?", name).Row().Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return conflict("there is a skill %q already", name)
		}
		if row.ID, err = next(tx, "skill", 1); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; duplicate(err) {
			return conflict("there is a skill %q already", name)
		} else if err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "skill.add", On: skillThing(row.ID), New: name})
		return err
	})
	return skill.Skill{ID: row.ID, Name: name}, err
}

// Grant says that somebody has a skill.
func (k skillBook) Grant(ctx context.Context, h skill.Holder) error {
	now := skillHolderRow{Skill: h.Skill, WhoID: h.Who.ID, WhoName: text(h.Who.Name), UntilAt: maybe(h.Until), ByID: h.By.ID, ByName: text(h.By.Name)}
	return k.s.write(ctx, "say who has a skill", func(tx *gorm.DB) error {
		if err := takeOne(tx.Where("id = ?", h.Skill), &skillRow{}, "there is no such skill"); err != nil {
			return err
		}
		var was []skillHolderRow
		if err := tx.Where("skill = ? AND who_id = ?", h.Skill, h.Who.ID).Limit(1).Find(&was).Error; err != nil {
			return err
		}
		err := tx.Exec(`
			INSERT INTO skill_holders (skill, who_id, who_name, until_at, by_id, by_name)
			VALUES (?, ?, ?, ?, ?, ?)
			    ON CONFLICT (skill, who_id) DO UPDATE
			   SET who_name = excluded.who_name, until_at = excluded.until_at, by_id = excluded.by_id, by_name = excluded.by_name`,
			now.Skill, now.WhoID, now.WhoName, now.UntilAt, now.ByID, now.ByName).Error
		if err != nil {
			return err
		}
		e := access.Entry{Who: h.By, What: "skill.grant", On: skillThing(h.Skill), New: now.words()}
		if len(was) > 0 {
			e.Old = was[0].words()
		}
		if e.Old == e.New {
			return nil
		}
		_, err = k.s.audit(tx, e)
		return err
	})
}

// Withdraw says that somebody has a skill no more.
func (k skillBook) Withdraw(ctx context.Context, id, who int64, by plant.Person) error {
	return k.s.write(ctx, "take a skill from somebody", func(tx *gorm.DB) error {
		var was skillHolderRow
		if err := takeOne(tx.Where("skill = ? AND who_id = ?", id, who), &was, "nobody of that number has the skill"); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM skill_holders WHERE skill = ? AND who_id = ?", id, who).Error; err != nil {
			return err
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "skill.withdraw", On: skillThing(id), Old: was.words()})
		return err
	})
}

// Require says what a skill is needed for.
func (k skillBook) Require(ctx context.Context, n skill.Need, by plant.Person) error {
	row := skillNeedRow{Skill: n.Skill, Line: text(string(n.Line)), Product: text(n.Product), Operation: n.Operation}
	if len(row.Product) > 80 || row.Operation < 0 {
		return errs.New(errs.Invalid, "a product has up to 80 letters, and an operation a number")
	}
	return k.s.write(ctx, "say what a skill is needed for", func(tx *gorm.DB) error {
		if err := takeOne(tx.Where("id = ?", n.Skill), &skillRow{}, "there is no such skill"); err != nil {
			return err
		}
		var there int64
		err := tx.Raw("SELECT COUNT(*) FROM skill_needs WHERE skill = ? AND line = ? AND product = ? AND operation = ?", row.Skill, row.Line, row.Product, row.Operation).Row().Scan(&there)
		if err != nil || there > 0 {
			return err
		}
		if row.ID, err = next(tx, "skill need", 1); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "skill.require", On: skillThing(n.Skill), New: row.words()})
		return err
	})
}

// Release takes a need back.
func (k skillBook) Release(ctx context.Context, need int64, by plant.Person) error {
	return k.s.write(ctx, "say that a skill is not needed", func(tx *gorm.DB) error {
		var was skillNeedRow
		if err := takeOne(tx.Where("id = ?", need), &was, "this is not needed any more"); err != nil {
			return err
		}
		if err := tx.Exec("DELETE FROM skill_needs WHERE id = ?", need).Error; err != nil {
			return err
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "skill.release", On: skillThing(was.Skill), Old: was.words()})
		return err
	})
}
