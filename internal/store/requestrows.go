package store

import (
	"encoding/json"
	"fmt"

	"millwright/internal/plant"
	"millwright/internal/revision/consent"
)

type ruleRow struct {
	Version int64  `gorm:"column:version;primaryKey;autoIncrement:false"`
	At      int64  `gorm:"column:at"`
	WhoName string `gorm:"column:who_name"`
	Why     string `gorm:"column:why"`
	Content string `gorm:"column:content"`
}

// TableName is the row's table.
func (ruleRow) TableName() string { return "approval_rules" }

type requestRow struct {
	Number  int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	Subject string `gorm:"column:subject"`
	Base    int64  `gorm:"column:base"`
	At      int64  `gorm:"column:at"`
	WhoID   int64  `gorm:"column:who_id"`
	WhoName string `gorm:"column:who_name"`
	WhoRole string `gorm:"column:who_role"`
	Side    string `gorm:"column:side"`
	Authors string `gorm:"column:authors"`
	Why     string `gorm:"column:why"`
	Origin  string `gorm:"column:origin"`
	Since   string `gorm:"column:since"`
	Content string `gorm:"column:content"`
	Hash    string `gorm:"column:hash"`
	Touches string `gorm:"column:touches"`
	Needs   string `gorm:"column:needs"`
	Status  string `gorm:"column:status"`
	EndedAt *int64 `gorm:"column:ended_at"`
	EndedBy string `gorm:"column:ended_by"`
	EndWhy  string `gorm:"column:end_why"`
	Outcome int64  `gorm:"column:outcome"`
}

// TableName is the row's table.
func (requestRow) TableName() string { return "requests" }

// rowOfRequest is a new request as it is kept.
func rowOfRequest(r consent.Request) (requestRow, error) {
	authors, err := asJSON(r.Authors)
	if err != nil {
		return requestRow{}, err
	}
	touches, err := asJSON(r.Touches)
	return requestRow{
		Number: r.Number, Subject: string(r.Subject), Base: r.Base, At: r.At.UnixMicro(), WhoID: r.By.ID, WhoName: text(r.By.Name), WhoRole: r.By.Role.String(),
		Side: r.Side.String(), Authors: authors, Why: r.Why, Origin: r.Origin, Since: r.Since, Content: r.Text, Hash: r.Hash,
		Touches: touches, Needs: r.Needs.String(), Status: string(consent.Open),
	}, err
}

func (r requestRow) request() (consent.Request, error) {
	q := consent.Request{
		Number: r.Number, Subject: consent.Subject(r.Subject), Base: r.Base, At: moment(r.At), Side: plant.ParseSide(r.Side),
		By:  plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
		Why: r.Why, Origin: r.Origin, Since: r.Since, Text: r.Content, Hash: r.Hash, Needs: plant.ParseSide(r.Needs),
		Status: consent.Status(r.Status), Ended: known(r.EndedAt), EndedBy: r.EndedBy, EndWhy: r.EndWhy, Outcome: r.Outcome,
	}
	if err := json.Unmarshal([]byte(r.Authors), &q.Authors); err != nil {
		return q, fmt.Errorf("read the authors of request %d: %w", r.Number, err)
	}
	if err := json.Unmarshal([]byte(r.Touches), &q.Touches); err != nil {
		return q, fmt.Errorf("read what request %d touches: %w", r.Number, err)
	}
	return q, nil
}

type effectRow struct {
	Request int64  `gorm:"column:request;primaryKey;autoIncrement:false"`
	Number  int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	At      int64  `gorm:"column:at"`
	Content string `gorm:"column:content"`
}

// TableName is the row's table.
func (effectRow) TableName() string { return "request_effects" }

func (r effectRow) effect() consent.Effect {
	return consent.Effect{Number: r.Number, At: moment(r.At), Text: r.Content, Hash: consent.Hash(r.Content)}
}

type answerRow struct {
	Number    int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	Request   int64  `gorm:"column:request"`
	At        int64  `gorm:"column:at"`
	WhoID     int64  `gorm:"column:who_id"`
	WhoName   string `gorm:"column:who_name"`
	WhoRole   string `gorm:"column:who_role"`
	Side      string `gorm:"column:side"`
	Verdict   string `gorm:"column:verdict"`
	Comment   string `gorm:"column:comment"`
	Effect    int64  `gorm:"column:effect"`
	Key       int64  `gorm:"column:signing_key"`
	Signature string `gorm:"column:signature"`
}

// TableName is the row's table.
func (answerRow) TableName() string { return "approvals" }

func (r answerRow) answer() consent.Answer {
	return consent.Answer{
		Number: r.Number, Request: r.Request, At: moment(r.At), By: plant.Person{ID: r.WhoID, Name: r.WhoName, Role: roleOf(r.WhoRole)},
		Side: plant.ParseSide(r.Side), Verdict: consent.Verdict(r.Verdict), Comment: r.Comment, Effect: r.Effect, Key: r.Key, Signature: r.Signature,
	}
}

type keyRow struct {
	Number int64  `gorm:"column:number;primaryKey;autoIncrement:false"`
	At     int64  `gorm:"column:at"`
	Public string `gorm:"column:public_key"`
	Mark   string `gorm:"column:mark"`
}

// TableName is the row's table.
func (keyRow) TableName() string { return "signing_keys" }

func (r keyRow) key() consent.Key {
	return consent.Key{Number: r.Number, Public: r.Public, Mark: r.Mark}
}
