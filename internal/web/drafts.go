package web

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"millwright/config"
	"millwright/config/amendment"
	"millwright/config/reread"
	"millwright/config/tagtable"
	"millwright/internal/revision"
	"millwright/internal/revision/consent"
	"millwright/internal/revision/plan"
	"millwright/internal/revision/touch"
	"millwright/views/admin"
)

// mostUnderstood is how many texts of the plant are remembered, and how many pairs of them: what is in use, what is
// drafted, and those that somebody looks at beside.
const mostUnderstood = 4

// drafts remembers what was made of the newest texts of the plant: of a large plant that takes longer than a page may.
type drafts struct {
	mu    sync.Mutex
	texts []*understood // the last used first
	pairs []*compared
}

// understood is a text of the plant that was read. It is shared, and never changed; each part is made when it is first
// asked for, and those who ask meanwhile wait for it.
type understood struct {
	text     string
	read     atomic.Pointer[reread.Reading] // once it is read
	document func() (config.Document, error)
	model    func() (config.Model, error)
	tags     func() ([]listedTag, error)
}

// listedTag is a tag of the plant as a list shows it.
type listedTag struct {
	tagtable.PlantTag
	words string // in small letters, to look for words in
}

// compared is what puts one text apart from another.
type compared struct {
	before, after string
	diff          func() (shown admin.Diff, lines int) // what a page shows of it; how many lines differ
	effects       func() []admin.Effect
	amendments    func() []amendment.Change // thing by thing; not to be taken back themselves
	amended       func() admin.Amended      // of those what a page shows
	touches       func() ([]consent.Touch, error)
}

// understood reads a text when it must, or remembers what it read.
func (d *drafts) understood(text string) *understood {
	u := &understood{text: text}
	u.document = sync.OnceValues(func() (config.Document, error) {
		r, err := reread.Read("the draft", text, d.readings())
		if err == nil {
			u.read.Store(&r)
		}
		return r.Document, err
	})
	u.model = sync.OnceValues(func() (config.Model, error) {
		doc, err := u.document()
		if err != nil {
			return config.Model{}, err
		}
		return doc.Model("the plant", nil)
	})
	return d.remember(u)
}

// keep remembers a text that was written of a document, and what that was understood as.
func (d *drafts) keep(text string, doc config.Document, m config.Model) {
	u := &understood{
		text: text, document: func() (config.Document, error) { return doc, nil }, model: func() (config.Model, error) { return m, nil },
	}
	r := reread.Written(text, doc)
	u.read.Store(&r)
	d.remember(u)
}

// knows tells whether a text is remembered.
func (d *drafts) knows(text string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.texts, func(u *understood) bool { return u.text == text })
}

// readings are the texts that were read.
func (d *drafts) readings() (all []reread.Reading) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, u := range d.texts {
		if r := u.read.Load(); r != nil {
			all = append(all, *r)
		}
	}
	return all
}

// remember gives what is known of the text already, or keeps u.
func (d *drafts) remember(u *understood) *understood {
	u.tags = sync.OnceValues(u.list)
	d.mu.Lock()
	defer d.mu.Unlock()
	return first(&d.texts, u, func(o *understood) bool { return o.text == u.text })
}

// first moves what is alike to the front of a short list, or puts one there.
func first[T any](list *[]*T, one *T, alike func(*T) bool) *T {
	all := *list
	if i := slices.IndexFunc(all, alike); i >= 0 {
		one = all[i]
		all = slices.Delete(all, i, i+1)
	}
	*list = slices.Insert(all, 0, one)[:min(len(all)+1, mostUnderstood)]
	return one
}

func (u *understood) list() ([]listedTag, error) {
	doc, err := u.document()
	if err != nil {
		return nil, err
	}
	list := tagtable.List(doc)
	all := make([]listedTag, len(list))
	for i, t := range list {
		all[i] = listedTag{t, strings.ToLower(strings.Join([]string{t.Full(), t.Machine, t.Name, t.Label, t.Source()}, "\n"))}
	}
	return all, nil
}

// compare tells what puts one text apart from another.
func (d *drafts) compare(before, after string) *compared {
	p := &compared{before: before, after: after}
	p.diff = sync.OnceValues(func() (admin.Diff, int) {
		all := revision.Diff(before, after)
		n := 0
		for _, l := range all {
			if !l.Kept() {
				n++
			}
		}
		return diffOf(all), n
	})
	sides := func() (both [2]plan.Side, err error) {
		for i, text := range [2]string{before, after} {
			u := d.understood(text)
			if both[i].Model, err = u.model(); err != nil {
				return both, err
			}
			both[i].Document, _ = u.document() // the model was made of it
		}
		return both, nil
	}
	p.effects = sync.OnceValue(func() (all []admin.Effect) {
		both, err := sides()
		if err != nil {
			return nil // what is no plant is told when it is to be used
		}
		for _, c := range both[0].Felt(both[1]) {
			all = append(all, admin.Effect{Thing: upper(c.Thing), What: c.What})
		}
		return all
	})
	p.amendments = sync.OnceValue(func() []amendment.Change {
		one, wrong := d.understood(before).document()
		two, bad := d.understood(after).document()
		if wrong != nil || bad != nil {
			return nil // what is no plant is told when it is to be used
		}
		two = own(two)
		return amendment.Of(one, &two)
	})
	p.amended = sync.OnceValue(func() admin.Amended { return drafted(p.amendments()) })
	p.touches = sync.OnceValues(func() ([]consent.Touch, error) {
		both, err := sides()
		if err != nil {
			return nil, err
		}
		return touch.Between(both[0].Model, both[1].Model), nil
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	return first(&d.pairs, p, func(o *compared) bool { return o.before == before && o.after == after })
}

// all has everything compared.
func (p *compared) all() {
	p.diff()
	p.effects()
	p.amended()
	_, _ = p.touches()
}

// own gives a document whose equipment, connections and machine types can be changed without changing d's. What a
// machine type holds is d's.
func own(d config.Document) config.Document {
	d.Machines = maps.Clone(d.Machines)
	d.Connections, d.Sites = slices.Clone(d.Connections), slices.Clone(d.Sites)
	for i := range d.Sites {
		d.Sites[i].Areas = slices.Clone(d.Sites[i].Areas)
		for j := range d.Sites[i].Areas {
			lines := slices.Clone(d.Sites[i].Areas[j].Lines)
			for k := range lines {
				lines[k].Units = slices.Clone(lines[k].Units)
			}
			d.Sites[i].Areas[j].Lines = lines
		}
	}
	return d
}

// changeable gives a document of which everything can be changed without changing d's, but what a machine type holds,
// which is d's: of a large plant that is nearly all.
func changeable(d config.Document) config.Document {
	types := d.Machines
	d.Machines = nil
	d = d.Copy()
	d.Machines = maps.Clone(types)
	return d
}
