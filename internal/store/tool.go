package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/plant"
)

// tools keeps what operations take besides machines and people.
type tools struct{ s *Store }

var _ tool.Book = tools{}

// Tools keeps what operations take besides machines and people.
func (s *Store) Tools() tool.Book { return tools{s} }

type toolRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Number  string `gorm:"column:number"`
	Folded  string `gorm:"column:folded"`
	Name    string `gorm:"column:name"`
	Pieces  int64  `gorm:"column:pieces"`
	Away    int64  `gorm:"column:away"`
	BackAt  *int64 `gorm:"column:back_at"`
	Place   string `gorm:"column:place"`
	Note    string `gorm:"column:note"`
	Retired bool   `gorm:"column:retired"`
	Version int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (toolRow) TableName() string { return "tool" }

func (r toolRow) tool() tool.Tool {
	return tool.Tool{ID: r.ID, Number: r.Number, Name: r.Name, Count: r.Pieces, Away: r.Away, Back: known(r.BackAt), Place: r.Place, Note: r.Note, Retired: r.Retired, Version: r.Version}
}

func rowOfTool(t tool.Tool) toolRow {
	return toolRow{t.ID, text(t.Number), foldedNumber(t.Number), text(t.Name), t.Count, t.Away, maybe(t.Back), text(t.Place), text(t.Note), t.Retired, t.Version}
}

// Tool gives a tool.
func (k tools) Tool(ctx context.Context, id int64) (tool.Tool, error) {
	var row toolRow
	err := k.s.read(ctx, "find a tool", func(db *gorm.DB) error {
		return takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no tool of id %d", id))
	})
	return row.tool(), err
}

// Kit gives all tools, and the names of all skills.
func (k tools) Kit(ctx context.Context) (kit tool.Kit, err error) {
	err = k.s.read(ctx, "load tools and skills", func(db *gorm.DB) error {
		kit, err = kitOf(db)
		return err
	})
	return kit, err
}

func kitOf(db *gorm.DB) (tool.Kit, error) {
	kit := tool.Kit{Tools: map[int64]tool.Tool{}, Skills: map[int64]string{}}
	var rows []toolRow
	if err := db.Order("id").Limit(mostItems).Find(&rows).Error; err != nil {
		return kit, err
	}
	for _, r := range rows {
		kit.Tools[r.ID] = r.tool()
	}
	var skills []skillRow
	err := db.Order("id").Limit(longest).Find(&skills).Error
	for _, r := range skills {
		kit.Skills[r.ID] = r.Name
	}
	return kit, err
}

// toolUseRow is an operation with what it takes.
type toolUseRow struct {
	tool.Use
	Tool int64
	Also string
}

// Uses gives the operations that take a tool.
func (k tools) Uses(ctx context.Context, id int64) (all []tool.Use, err error) {
	var rows []toolUseRow
	err = k.s.read(ctx, "find what takes a tool", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT o.bill, b.number AS version, b.state, i.number AS item, i.name, o.position, o.name AS operation, o.tools, o.tool, o.also
			  FROM (SELECT * FROM bill_operation WHERE tool = ?
			        UNION ALL
			        SELECT * FROM bill_operation WHERE also <> '' AND tool <> ? AND also LIKE ?) o
			  JOIN bill b ON b.id = o.bill
			  JOIN item i ON i.id = b.item
			 WHERE b.state <> 'obsolete'
			 ORDER BY o.bill DESC, o.position
			 LIMIT 500`, id, id, fmt.Sprintf("%% t%d:%%", id)).Scan(&rows).Error
	})
	for _, r := range rows {
		for _, t := range takesOf(r.Also).All() {
			if r.Tool != id && t.Tool == id {
				r.Tools = t.Amount.Floor()
			}
		}
		all = append(all, r.Use)
	}
	return all, err
}

// Add keeps a new tool.
func (k tools) Add(ctx context.Context, t tool.Tool, by item.Change) (tool.Tool, error) {
	t = t.Tidy()
	if err := t.Check(); err != nil {
		return t, err
	}
	row := rowOfTool(t)
	err := addMaster(ctx, k.s, toolMaster(), &row, by)
	return row.tool(), err
}

// Save keeps a tool in the place of the version it was read at.
func (k tools) Save(ctx context.Context, t tool.Tool, by item.Change) (tool.Tool, error) {
	t = t.Tidy()
	if err := t.Check(); err != nil {
		return t, err
	}
	row := rowOfTool(t)
	err := saveMaster(ctx, k.s, toolMaster(), &row, by)
	return row.tool(), err
}

func toolMaster() master { return master{"tool", "tool", "number"} }

func (r *toolRow) versioned() (id, version *int64) { return &r.ID, &r.Version }
func (r *toolRow) called() string                  { return r.Number }
func (r *toolRow) words() string                   { return r.tool().Told() }

// kitThere refuses operations that take tools or skills that are not there.
func kitThere(tx *gorm.DB, b bill.Bill) error {
	var wrong []errs.Field
	for n, o := range b.Operations {
		at := fmt.Sprintf("operations[%d].", n)
		all := []struct {
			path string
			tool.Take
		}{{at + "tool", tool.Take{Tool: o.Tool}}, {at + "skill", tool.Take{Skill: o.Skill}}}
		for _, t := range o.Also.All() {
			all = append(all, struct {
				path string
				tool.Take
			}{at + "also", t})
		}
		for _, t := range all {
			words, err := takeThere(tx, t.Take)
			if err != nil {
				return err
			}
			if words != "" {
				wrong = append(wrong, errs.Field{Path: t.path, Message: words})
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the bill of material cannot be kept: mend what is wrong with it", Fields: wrong}
}

// takeThere tells why a tool or a skill cannot be taken; "" when it can.
func takeThere(tx *gorm.DB, t tool.Take) (words string, err error) {
	if t.Tool != 0 {
		var row toolRow
		if err = takeOne(tx.Where("id = ?", t.Tool), &row, "there is no such tool"); errs.KindOf(err) == errs.NotFound || row.Retired {
			return "there is no such tool, or it is retired: choose another", nil
		}
	}
	if t.Skill != 0 {
		if err = takeOne(tx.Where("id = ?", t.Skill), &skillRow{}, "there is no such skill"); errs.KindOf(err) == errs.NotFound {
			return "there is no such skill: choose another", nil
		}
	}
	return "", err
}

// codeOf writes what an operation takes as it is kept: " t3:2000000 s1:1000000 ".
func codeOf(t tool.Takes) (code string) {
	for _, one := range t.All() {
		kind, id := "t", one.Tool
		if one.Tool == 0 {
			kind, id = "s", one.Skill
		}
		code += fmt.Sprintf(" %s%d:%d", kind, id, int64(one.Amount))
	}
	if code != "" {
		code += " "
	}
	return code
}

// takesOf reads it.
func takesOf(code string) (t tool.Takes) {
	for i, word := range strings.Fields(code) {
		var kind rune
		var id, amount int64
		if _, err := fmt.Sscanf(word, "%c%d:%d", &kind, &id, &amount); err != nil || i == len(t) {
			break // it was not written by codeOf
		}
		t[i].Amount = plant.Quantity(amount)
		if kind == 't' {
			t[i].Tool = id
		} else {
			t[i].Skill = id
		}
	}
	return t
}

// scheduledKit reads tools and people.
func scheduledKit(tx *gorm.DB, b *board.Business) (err error) {
	if b.Kit, err = kitOf(tx); err != nil {
		return err
	}
	b.People, err = matrixOf(tx)
	return err
}
