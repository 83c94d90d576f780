package written

import (
	"cmp"
	"strings"
	"time"

	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func (f *faults) operation(path string, o Operation, centres map[string]bill.Centre, kit tool.Kit) bill.Operation {
	centre, known := centres[lower(o.Centre)]
	switch {
	case lower(o.Centre) == "":
		f.say(path+"centre", "choose a work centre")
	case !known:
		f.say(path+"centre", "there is no work centre %s", errs.Clip(o.Centre))
	}
	lasts := func(field, text string) time.Duration {
		d, err := ParseDuration(text)
		if err != nil {
			f.say(path+field, "%s", err)
		}
		return d
	}
	crew := plant.One
	if strings.TrimSpace(o.Crew) != "" {
		crew = f.decimal(path+"crew", o.Crew)
	}
	skill := kit.Skill(o.Skill)
	if strings.TrimSpace(o.Skill) != "" && skill == 0 {
		f.say(path+"skill", "there is no skill %s", errs.Clip(o.Skill))
	}
	of, tools := f.takes(path, o, kit)
	also, wrong := kit.Read(o.Also)
	if wrong != "" {
		f.say(path+"also", "%s", wrong)
	}
	return bill.Operation{
		Skill: skill, Tool: of, Tools: tools, Also: also,
		Position: f.whole(path+"position", o.Position), Name: strings.TrimSpace(o.Name), Centre: centre.ID, Setup: lasts("setup", o.Setup),
		Run: lasts("run", o.Run), Queue: lasts("queue", o.Queue), Crew: crew, Note: strings.TrimSpace(o.Note),
	}
}

// takes reads which tool an operation takes, and how many of it; one where nothing else is said.
func (f *faults) takes(path string, o Operation, kit tool.Kit) (id, tools int64) {
	tools = f.whole(path+"tools", cmp.Or(strings.TrimSpace(o.Tools), "1"))
	if strings.TrimSpace(o.Tool) == "" {
		if strings.TrimSpace(o.Tools) != "" {
			f.say(path+"tool", "choose the tool of which it takes so many")
		}
		return 0, 0
	}
	t, known := kit.Numbered(o.Tool)
	switch {
	case !known:
		f.say(path+"tool", "there is no tool %s", errs.Clip(o.Tool))
	case tools > t.Count:
		f.say(path+"tools", "there are only %d of %s", t.Count, t.Number)
	case tools < 1:
		f.say(path+"tools", "write how many of %s it takes", t.Number)
	}
	return t.ID, tools
}
