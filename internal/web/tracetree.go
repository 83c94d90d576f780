// What a lot was made from and what it was used in, as trees.

package web

import (
	"context"
	"strings"

	"millwright/internal/erp/stock"
	"millwright/internal/mes/trace"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// treeSection is what a lot was made from, or what it was used in.
func (s *Server) treeSection(ctx context.Context, d trace.Desk, of trace.Lot, way trace.Way) (sec stockview.Section, err error) {
	t, err := d.Walk(ctx, []trace.Lot{of}, way)
	if err != nil {
		return sec, err
	}
	sec = stockview.Section{ID: "from", Title: "Made from", Lead: "A lot stands once with all below it; elsewhere its name alone."}
	tree := lotTree{s: s, t: t, r: t.Recall(), open: map[trace.Lot]bool{}, table: &stockview.Table{
		Columns: columns("Lot or serial", "Item", "#Of it", "In", "Known by"), Empty: "Nothing that is kept by lots went into it, as far as the ledger knows.",
	}}
	if way == trace.Forward {
		sec.ID, sec.Title = "into", "Used in"
		tree.table.Columns = columns("Lot or serial", "Item", "#Of the one before", "In", "Known by", "#On site", "#Shipped")
		tree.table.Empty = "No order that made anything has used it."
	}
	var lots []trace.Lot
	var documents []string
	for _, n := range t.Nodes {
		lots = append(lots, n.Lot)
	}
	for _, l := range t.Links {
		documents = append(documents, l.Order)
	}
	if tree.named, err = d.Names.Named(ctx, lots); err != nil {
		return sec, err
	}
	if tree.papers, err = s.papers(ctx, documents...); err != nil {
		return sec, err
	}
	var ids []int64
	for _, l := range lots {
		ids = append(ids, l.Item)
	}
	if tree.words, err = s.words(ctx, ids...); err != nil {
		return sec, err
	}
	for _, seed := range t.Seeds() {
		tree.below(seed, 0)
	}
	sec.Table = tree.table
	if t.Cut || tree.left {
		sec.Lead += " Some of it is left out here: open a lot further on, or take the recall as a file."
	}
	return sec, nil
}

// lotTree writes a trace as the rows of a tree.
type lotTree struct {
	s      *Server
	t      *trace.Trace
	r      trace.Recall
	named  map[trace.Lot]trace.Named
	papers map[string]string
	words  words
	table  *stockview.Table
	open   map[trace.Lot]bool // its rows are written, or being written
	left   bool
}

func (k *lotTree) below(of trace.Lot, depth int) {
	at, is := k.t.Find(of)
	if !is || k.open[of] {
		return
	}
	k.open[of] = true
	for _, next := range k.t.Nodes[at].Next {
		if len(k.table.Rows) >= mostLotsShown {
			k.left = true
			return
		}
		link := k.t.Links[next]
		end := k.t.End(link)
		k.row(link, end, depth)
		k.below(end, depth+1)
	}
}

func (k *lotTree) row(link trace.Link, end trace.Lot, depth int) {
	item := k.words.item(end.Item)
	cell := stockview.Cell{Text: "not kept by lots", Depth: depth}
	if n, is := k.named[end]; is {
		cell.Text, cell.Href = end.Number, traceHref(n.ID)
		if n.State != stock.Free {
			cell.Mood, cell.Under = ui.Warning, n.State.Words()
		}
	}
	if k.open[end] && k.branches(end) {
		cell.Under = strings.TrimSpace(cell.Under + " as above")
	}
	known := "the time alone"
	if link.Sure {
		known = "its own count"
	}
	row := []stockview.Cell{cell, item, {Text: k.s.muchOf(link.Quantity, k.words.items[link.From.Item].Unit)}, docCell(k.papers, link.Order), {Text: known}}
	if k.t.Way == trace.Forward {
		there, gone := k.stand(end)
		row = append(row, stockview.Cell{Text: there}, stockview.Cell{Text: gone})
	}
	k.table.Rows = append(k.table.Rows, row)
}

func (k *lotTree) branches(l trace.Lot) bool {
	at, is := k.t.Find(l)
	return is && len(k.t.Nodes[at].Next) > 0
}

// stand is how much of a lot is on site, and with customers.
func (k *lotTree) stand(l trace.Lot) (there, gone string) {
	a, is := k.r.Of(l)
	if !is {
		return "–", "–"
	}
	unit := k.words.items[l.Item].Unit
	return k.s.muchOf(a.There(), unit), k.s.muchOf(a.Gone(), unit)
}
