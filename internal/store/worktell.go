package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// knownWork finds what the same person has asked for with the same key, else remembers that it is asked for now. Its
// answer is the order that the command is about, or that it made.
func knownWork(tx *gorm.DB, by workorder.Doing, what string, asked any) (answer int64, again bool, err error) {
	if by.Key == "" {
		return 0, false, nil
	}
	b, err := json.Marshal(asked)
	if err != nil {
		return 0, false, fmt.Errorf("remember a request: %w", err)
	}
	sum := sha256.Sum256(append([]byte(what+"\n"+by.Why+"\n"), b...))
	row := workCommandRow{by.By.ID, text(by.By.Name), text(by.Key), hex.EncodeToString(sum[:]), 0}
	var was workCommandRow
	err = tx.Take(&was, "who_id = ? AND who_name = ? AND key = ?", row.WhoID, row.WhoName, row.Key).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return 0, false, tx.Create(&row).Error
	case err != nil:
		return 0, false, err
	case was.Asked != row.Asked:
		return 0, true, errs.New(errs.Invalid, "this key was used for another request; make a new key for each")
	}
	return was.Answer, true, nil
}

// answerWork notes what a request with a key has come to.
func answerWork(tx *gorm.DB, by workorder.Doing, answer int64) error {
	if by.Key == "" {
		return nil
	}
	return tx.Exec("UPDATE work_command SET answer = ? WHERE who_id = ? AND who_name = ? AND key = ?", answer, by.By.ID, text(by.By.Name), text(by.Key)).Error
}

// tell audits what has changed of an order, and notes it as the answer to its key.
func (k works) tell(tx *gorm.DB, what string, was, o workorder.Order, by workorder.Doing) error {
	if by.Key != "" && what != "merge" {
		err := tx.Exec("UPDATE work_command SET answer = ? WHERE who_id = ? AND who_name = ? AND key = ? AND answer = 0", o.ID, by.By.ID, text(by.By.Name), text(by.Key)).Error
		if err != nil {
			return err
		}
	}
	old := ""
	if was.ID != 0 {
		old = workWords(was)
	}
	_, err := k.s.audit(tx, access.Entry{Who: by.By, What: "work." + what, On: o.Document(), Old: old, New: workWords(o), Why: by.Why})
	return err
}

// workWords is an order in the audit.
func workWords(o workorder.Order) string {
	words := fmt.Sprintf("%s %s: %s of %s good", o.Number, o.Lifecycle, o.Good, o.Quantity)
	for _, part := range []struct {
		name  string
		value string
	}{{"scrap", quantityWords(o.Scrap)}, {"begin", dateText(o.Begin)}, {"due", dateText(o.Due)}, {"reference", o.Reference}, {"line", o.Line}, {"revision", o.Revision}, {"on hold", o.Held}, {"note", errs.Clip(o.Note)}} {
		if part.value != "" {
			words += ", " + part.name + " " + part.value
		}
	}
	if o.Rank != 0 {
		words += fmt.Sprintf(", rank %d", o.Rank)
	}
	if o.Snapshot != 0 {
		words += fmt.Sprintf(", snapshot %d", o.Snapshot)
	}
	return words
}

func quantityWords(q plant.Quantity) string {
	if q == 0 {
		return ""
	}
	return q.String()
}
