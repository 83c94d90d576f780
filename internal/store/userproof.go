package store

import (
	"slices"
	"strings"
)

// proveUsers proves that nobody was added, removed, or given another name, role, side or state past the audit. Passwords
// are no part of the chain.
func (p *proof) proveUsers() error {
	told, added, err := p.usersTold()
	if err != nil {
		return err
	}
	var rows []userRow
	if err := p.tx.Order("id").Find(&rows).Error; err != nil {
		return err
	}
	grants, err := granted(p.tx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !slices.Equal(parts(r.words()+grantWords(grants[r.ID])), parts(strings.TrimSuffix(told[r.Name], ", new password"))) {
			return broken("user %s is not as the audit tells: name, role, owner or state was changed, or the user was put in", r.Name)
		}
	}
	if len(rows) != added {
		return broken("there are %d users, and %d were added: one was removed, or put in", len(rows), added)
	}
	return nil
}

// usersTold is what the chain tells last of each user, by name, and how many were ever added. Users are never removed.
func (p *proof) usersTold() (told map[string]string, added int, err error) {
	var rows []auditRow
	told = map[string]string{}
	err = p.tx.Select("what", "thing", "new").Where("what IN (?)", []string{"user.add", "user.change"}).Order("seq").Find(&rows).Error
	for _, r := range rows {
		told[r.Thing] = r.New
		if r.What == "user.add" {
			added++
		}
	}
	return told, added, err
}

// parts are the words of a user, in an order that is not that of the grants when they were given.
func parts(words string) []string {
	all := strings.Split(text(words), ", ")
	slices.Sort(all)
	return all
}
