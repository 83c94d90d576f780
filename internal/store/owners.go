package store

import (
	"gorm.io/gorm"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// mayOwn refuses an owner who may not be one: those who approve sign, so they must be trusted with the plant, and
// nobody gives himself a say once it counts.
func mayOwn(tx *gorm.DB, old, now userRow, by plant.Person) error {
	side := plant.ParseSide(now.Owner)
	if side == plant.NoSide && old.Owner == "" {
		return nil
	}
	wrong := func(words string) error {
		return &errs.Error{Kind: errs.Invalid, Words: "this person cannot be an owner so", Fields: []errs.Field{{Path: "owner", Message: words}}}
	}
	if side == plant.BothSides {
		return wrong("Nobody speaks for both sides.")
	}
	if side != plant.NoSide && roleOf(now.Role) < plant.Manager {
		return wrong("An owner is a manager or an admin.")
	}
	if now.Owner == old.Owner || by.ID != old.ID || by.Name != old.Name {
		return nil
	}
	rules, err := rulesIn(tx)
	if err == nil && rules.On() {
		return wrong("While changes need approval, somebody else must make you an owner, or take it from you.")
	}
	return err
}

// keepsOwners refuses to take away the last owner for a side that a rule asks for.
func keepsOwners(tx *gorm.DB, old userRow) error {
	if old.Owner == "" {
		return nil
	}
	rules, err := rulesIn(tx)
	if err != nil {
		return err
	}
	without, err := ownerless(tx, rules.Asks())
	if err == nil && without != plant.NoSide {
		return conflict("%s is the last owner for %s, whose approval changes need; make somebody else an owner first", old.Name, without)
	}
	return err
}

// ownerless gives those of the sides for which nobody could say anything.
func ownerless(tx *gorm.DB, asked plant.Side) (without plant.Side, err error) {
	for _, side := range asked.Each() {
		var n int64
		err := tx.Raw("SELECT COUNT(*) FROM users WHERE owner = ? AND NOT disabled AND role IN (?, ?)",
			side.String(), plant.Manager.String(), plant.Admin.String()).Row().Scan(&n)
		if err != nil {
			return without, err
		}
		if n == 0 {
			without |= side
		}
	}
	return without, nil
}

// sideOf is the side that a person is an owner for. Tokens, and the program itself, are owners for none.
func sideOf(tx *gorm.DB, p plant.Person) (plant.Side, error) {
	var owner []string
	err := tx.Raw("SELECT owner FROM users WHERE id = ? AND name = ? AND NOT disabled AND role IN (?, ?)",
		p.ID, p.Name, plant.Manager.String(), plant.Admin.String()).Scan(&owner).Error
	if err != nil || len(owner) == 0 {
		return plant.NoSide, err
	}
	return plant.ParseSide(owner[0]), nil
}
