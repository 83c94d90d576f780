package store

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// partners keeps whom the plant buys from and sells to.
type partners struct{ s *Store }

var _ partner.Book = partners{}

// Partners keeps whom the plant buys from and sells to, and at what prices.
func (s *Store) Partners() partner.Book { return partners{s} }

type partnerRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement:false"`
	Number   string `gorm:"column:number"`
	Folded   string `gorm:"column:folded"`
	Name     string `gorm:"column:name"`
	Customer bool   `gorm:"column:customer"`
	Supplier bool   `gorm:"column:supplier"`
	Terms    string `gorm:"column:terms"`
	Tax      string `gorm:"column:tax"`
	List     string `gorm:"column:list"`
	LeadDays int64  `gorm:"column:lead_days"`
	OverPct  int64  `gorm:"column:over_pct"`
	UnderPct int64  `gorm:"column:under_pct"`
	Weekdays int64  `gorm:"column:weekdays"`
	Closed   string `gorm:"column:closed"`
	Note     string `gorm:"column:note"`
	Retired  bool   `gorm:"column:retired"`
	Version  int64  `gorm:"column:version"`
}

// TableName is the row's table.
func (partnerRow) TableName() string { return "partner" }

type contactRow struct {
	Partner int64  `gorm:"column:partner;primaryKey;autoIncrement:false"`
	Place   int64  `gorm:"column:place;primaryKey;autoIncrement:false"`
	Name    string `gorm:"column:name"`
	Task    string `gorm:"column:task"`
	Mail    string `gorm:"column:mail"`
	Phone   string `gorm:"column:phone"`
}

// TableName is the row's table.
func (contactRow) TableName() string { return "partner_contact" }

type addressRow struct {
	Partner int64  `gorm:"column:partner;primaryKey;autoIncrement:false"`
	Place   int64  `gorm:"column:place;primaryKey;autoIncrement:false"`
	Name    string `gorm:"column:name"`
	Text    string `gorm:"column:text"`
}

// TableName is the row's table.
func (addressRow) TableName() string { return "partner_address" }

func (r partnerRow) partner() partner.Partner {
	p := partner.Partner{
		ID: r.ID, Number: r.Number, Name: r.Name, Customer: r.Customer, Supplier: r.Supplier, Terms: r.Terms, Tax: r.Tax, List: r.List,
		LeadDays: int(r.LeadDays), Margin: partner.Margin{Over: plant.Quantity(r.OverPct), Under: plant.Quantity(r.UnderPct)},
		Calendar: partner.Calendar{Days: partner.Days(r.Weekdays & 0x7f)}, Note: r.Note, Retired: r.Retired, Version: r.Version,
	}
	if r.Closed != "" {
		p.Calendar.Closed = strings.Split(r.Closed, "\n")
	}
	return p
}

func rowOfPartner(p partner.Partner) partnerRow {
	return partnerRow{
		ID: p.ID, Number: text(p.Number), Folded: foldedNumber(p.Number), Name: text(p.Name), Customer: p.Customer, Supplier: p.Supplier,
		Terms: text(p.Terms), Tax: text(p.Tax), List: text(p.List), LeadDays: int64(p.LeadDays), OverPct: int64(p.Margin.Over), UnderPct: int64(p.Margin.Under),
		Weekdays: int64(p.Calendar.Days), Closed: strings.Join(p.Calendar.Closed, "\n"), Note: text(p.Note), Retired: p.Retired, Version: p.Version,
	}
}

// Partner gives a partner.
func (k partners) Partner(ctx context.Context, id int64) (p partner.Partner, err error) {
	err = k.s.read(ctx, "find a partner", func(db *gorm.DB) error {
		p, err = partnerIn(db, id)
		return err
	})
	return p, err
}

// Numbered gives the partner of a number.
func (k partners) Numbered(ctx context.Context, number string) (p partner.Partner, err error) {
	err = k.s.read(ctx, "find a partner", func(db *gorm.DB) error {
		p, err = numberedIn(db, number)
		return err
	})
	return p, err
}

// numberedIn gives the partner of a number in a transaction.
func numberedIn(db *gorm.DB, number string) (partner.Partner, error) {
	var row partnerRow
	if err := takeOne(db.Where("folded = ?", foldedNumber(number)), &row, partner.ErrNone(number).Error()); err != nil {
		return partner.Partner{}, err
	}
	return wholePartner(db, row)
}

// partnerIn gives a partner in a transaction.
func partnerIn(db *gorm.DB, id int64) (partner.Partner, error) {
	var row partnerRow
	if err := takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no partner of id %d", id)); err != nil {
		return partner.Partner{}, err
	}
	return wholePartner(db, row)
}

func wholePartner(db *gorm.DB, row partnerRow) (partner.Partner, error) {
	p := row.partner()
	var contacts []contactRow
	if err := db.Where("partner = ?", row.ID).Order("place").Limit(longest).Find(&contacts).Error; err != nil {
		return p, err
	}
	for _, c := range contacts {
		p.Contacts = append(p.Contacts, partner.Contact{Name: c.Name, Task: c.Task, Mail: c.Mail, Phone: c.Phone})
	}
	var places []addressRow
	err := db.Where("partner = ?", row.ID).Order("place").Limit(longest).Find(&places).Error
	for _, a := range places {
		p.Places = append(p.Places, partner.Address{Name: a.Name, Text: a.Text})
	}
	return p, err
}

// Keep keeps a new partner, or a changed one in the place of the version it was read at.
func (k partners) Keep(ctx context.Context, p partner.Partner, by plant.Person, why string) (kept partner.Partner, err error) {
	p = p.Clean()
	if err := p.Check(p.Currency); err != nil { // who knows the company's currency has checked that
		return p, err
	}
	err = k.s.write(ctx, "keep partner "+errs.Clip(p.Number), func(tx *gorm.DB) error {
		kept, err = k.keep(tx, p, by, why)
		return err
	})
	return kept, err
}

func (k partners) keep(tx *gorm.DB, p partner.Partner, by plant.Person, why string) (partner.Partner, error) {
	if err := k.s.dialect.queue(tx, "partners"); err != nil {
		return p, err
	}
	var was partner.Partner
	var err error
	what := "partner.add"
	if p.ID != 0 {
		if was, err = partnerIn(tx, p.ID); err != nil {
			return p, err
		}
		if was.Version != p.Version {
			return p, conflict("somebody has changed %s meanwhile; look again", was.Number)
		}
		if p.Told() == was.Told() {
			return was, nil
		}
		what = "partner.change"
	}
	if err := k.free(tx, p); err != nil {
		return p, err
	}
	if p.ID == 0 {
		if p.ID, err = next(tx, "partner", 1); err != nil {
			return p, err
		}
	}
	p.Version++
	row := rowOfPartner(p)
	if was.ID == 0 {
		err = tx.Create(&row).Error
	} else {
		err = tx.Model(&row).Select("*").Updates(&row).Error
	}
	if err == nil {
		err = keepParts(tx, p)
	}
	if err != nil {
		return p, err
	}
	told := ""
	if was.ID != 0 {
		told = was.Told()
	}
	_, err = k.s.audit(tx, access.Entry{Who: by, What: what, On: partner.Ref(p.ID), Old: told, New: p.Told(), Why: why})
	return p, err
}

// free refuses a number that another partner has.
func (k partners) free(tx *gorm.DB, p partner.Partner) error {
	var other []partnerRow
	if err := tx.Where("folded = ? AND id <> ?", foldedNumber(p.Number), p.ID).Limit(1).Find(&other).Error; err != nil {
		return err
	}
	if len(other) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: "this partner cannot be kept", Fields: []errs.Field{{
			Path: "number", Message: fmt.Sprintf("%s is %s already: write another number.", other[0].Number, other[0].Name),
		}}}
	}
	return nil
}

// keepParts puts contacts and addresses in the place of those before.
func keepParts(tx *gorm.DB, p partner.Partner) error {
	for _, table := range []string{"partner_contact", "partner_address"} {
		if err := tx.Exec("DELETE FROM "+table+" WHERE partner = ?", p.ID).Error; err != nil {
			return err
		}
	}
	for i, c := range p.Contacts {
		row := contactRow{p.ID, int64(i), text(c.Name), text(c.Task), text(c.Mail), text(c.Phone)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	}
	for i, a := range p.Places {
		row := addressRow{p.ID, int64(i), text(a.Name), text(a.Text)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}
