package store

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// grantRow is a role of a user at one place.
type grantRow struct {
	UserID int64  `gorm:"column:user_id;primaryKey;autoIncrement:false"`
	Place  string `gorm:"column:place;primaryKey"`
	Role   string `gorm:"column:role"`
}

// TableName is the row's table.
func (grantRow) TableName() string { return "grants" }

// grantsOf gives the grants of one user.
func grantsOf(db *gorm.DB, user int64) ([]plant.Grant, error) {
	all, err := granted(db.Where("user_id = ?", user))
	return all[user], err
}

// granted gives grants by user, in the order of their places.
func granted(db *gorm.DB) (map[int64][]plant.Grant, error) {
	var rows []grantRow
	if err := db.Order("user_id, place").Limit(100_000).Find(&rows).Error; err != nil {
		return nil, err
	}
	all := map[int64][]plant.Grant{}
	for _, r := range rows {
		all[r.UserID] = append(all[r.UserID], plant.Grant{At: plant.Place(r.Place), Role: roleOf(r.Role)})
	}
	for _, g := range all { // databases order by other rules than bytes
		slices.SortFunc(g, func(a, b plant.Grant) int { return strings.Compare(string(a.At), string(b.At)) })
	}
	return all, nil
}

// regrant puts grants in the place of those that a user had.
func regrant(tx *gorm.DB, user int64, grants []plant.Grant) error {
	if err := tx.Exec("DELETE FROM grants WHERE user_id = ?", user).Error; err != nil {
		return err
	}
	for _, g := range grants {
		if _, err := plant.ParsePlace(string(g.At)); err != nil || g.Role < plant.Viewer || g.Role > plant.Admin {
			return errs.New(errs.Invalid, "a role is held at a site, an area or a line")
		}
		row := grantRow{user, string(g.At), g.Role.String()}
		if err := tx.Create(&row).Error; duplicate(err) {
			return errs.New(errs.Invalid, "a user has one role at a place")
		} else if err != nil {
			return err
		}
	}
	return nil
}

// grantWords tells grants in the audit chain.
func grantWords(grants []plant.Grant) string {
	var b strings.Builder
	for _, g := range grants {
		b.WriteString(", " + g.Role.String() + " at " + string(g.At))
	}
	return b.String()
}
