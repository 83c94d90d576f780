package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// mostViews bounds the views of one person for one list.
const mostViews = 50

type listViewRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	List      string `gorm:"column:list"`
	Name      string `gorm:"column:name"`
	Folded    string `gorm:"column:folded"`
	OwnerID   int64  `gorm:"column:owner_id"`
	OwnerName string `gorm:"column:owner_name"`
	Shared    bool   `gorm:"column:shared"`
	Opens     bool   `gorm:"column:opens"`
	Query     string `gorm:"column:query"`
}

// TableName is the row's table.
func (listViewRow) TableName() string { return "list_view" }

func (r listViewRow) view() register.View {
	return register.View{
		ID: r.ID, List: r.List, Name: r.Name, Owner: plant.Person{ID: r.OwnerID, Name: r.OwnerName}, Shared: r.Shared, First: r.Opens, Query: r.Query,
	}
}

func (r listViewRow) words() string {
	words := r.List + ": " + r.Name
	if r.Shared {
		words += ", shared"
	}
	if r.Opens {
		words += ", opens the list"
	}
	return words + ": " + r.Query
}

// Views gives those of a person and those that are shared.
func (b listBook) Views(ctx context.Context, list string, by plant.Person) (all []register.View, err error) {
	var rows []listViewRow
	err = b.s.read(ctx, "read the views of a list", func(db *gorm.DB) error {
		return db.Where("list = ? AND (shared OR owner_id = ? AND owner_name = ?)", list, by.ID, text(by.Name)).Order("folded, id").Limit(500).Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.view())
	}
	return all, err
}

// SaveView keeps a view by its name; one of that name of the same person is replaced. Only shared ones are audited:
// the others are nobody else's business.
func (b listBook) SaveView(ctx context.Context, v register.View, by plant.Person) (register.View, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	row := listViewRow{List: text(v.List), Name: text(v.Name), Folded: fold(v.Name), OwnerID: by.ID, OwnerName: text(by.Name), Shared: v.Shared, Opens: v.First, Query: text(v.Query)}
	err := b.s.write(ctx, "save a view", func(tx *gorm.DB) error {
		if err := b.s.dialect.queue(tx, "list views"); err != nil {
			return err
		}
		var old []listViewRow
		if err := tx.Where("list = ? AND owner_id = ? AND owner_name = ?", row.List, row.OwnerID, row.OwnerName).Limit(mostViews + 1).Find(&old).Error; err != nil {
			return err
		}
		var was listViewRow
		for _, o := range old {
			if o.Folded == row.Folded {
				was = o
			}
		}
		if was.ID == 0 && len(old) >= mostViews {
			return errs.New(errs.Conflict, "you have %d views of this list; remove one first", mostViews)
		}
		if row.Opens {
			if err := tx.Exec("UPDATE list_view SET opens = FALSE WHERE list = ? AND owner_id = ? AND owner_name = ?", row.List, row.OwnerID, row.OwnerName).Error; err != nil {
				return err
			}
		}
		return b.keepView(tx, &row, was, by)
	})
	return row.view(), err
}

func (b listBook) keepView(tx *gorm.DB, row *listViewRow, was listViewRow, by plant.Person) (err error) {
	old := ""
	if was.ID != 0 {
		old, row.ID = was.words(), was.ID
		err = tx.Exec("UPDATE list_view SET name = ?, shared = ?, opens = ?, query = ? WHERE id = ?", row.Name, row.Shared, row.Opens, row.Query, row.ID).Error
	} else if row.ID, err = next(tx, "list view", 1); err == nil {
		err = tx.Create(row).Error
	}
	if err != nil || !row.Shared && !was.Shared {
		return err
	}
	_, err = b.s.audit(tx, access.Entry{Who: by, What: "view.save", On: "list/" + row.List, Old: old, New: row.words()})
	return err
}

// DropView removes a view of a person; a shared one of somebody else only a manager removes.
func (b listBook) DropView(ctx context.Context, id int64, by plant.Person) error {
	return b.s.write(ctx, "remove a view", func(tx *gorm.DB) error {
		var row listViewRow
		if err := takeOne(tx.Where("id = ?", id), &row, "there is no such view"); err != nil {
			return err
		}
		own := row.OwnerID == by.ID && row.OwnerName == text(by.Name)
		switch {
		case own:
		case !row.Shared:
			return errs.New(errs.NotFound, "there is no such view")
		case by.Role < plant.Manager:
			return errs.New(errs.Forbidden, "the view %s is shared by %s; ask them or a manager to remove it", row.Name, row.OwnerName)
		}
		if err := tx.Exec("DELETE FROM list_view WHERE id = ?", id).Error; err != nil || !row.Shared {
			return err
		}
		_, err := b.s.audit(tx, access.Entry{Who: by, What: "view.remove", On: "list/" + row.List, Old: row.words()})
		return err
	})
}
