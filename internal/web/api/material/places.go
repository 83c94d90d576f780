package material

import (
	"context"
	"strings"
	"time"

	"millwright/internal/erp/stock"
)

// StockPlace is where material can be.
type StockPlace struct {
	ID         int64  `json:"id" readOnly:"true"`
	Code       string `json:"code" maxLength:"40"`
	Name       string `json:"name,omitempty" maxLength:"200"`
	Within     string `json:"within,omitempty" maxLength:"40" doc:"Code of the place that it lies in."`
	Line       string `json:"line,omitempty" maxLength:"80" doc:"The line that it lies beside."`
	Quarantine bool   `json:"quarantine,omitempty" doc:"What lies there is held."`
	Virtual    bool   `json:"virtual,omitempty" readOnly:"true" doc:"None of ours: what goes there leaves the stock."`
	Counting   bool   `json:"counting,omitempty" readOnly:"true" doc:"A count lets nothing move there."`
	Retired    bool   `json:"retired,omitempty"`
	Version    int64  `json:"version,omitempty" doc:"Of the place as you saw it, with a change."`
}

// StockPlaceFacts are a place that somebody sends.
type StockPlaceFacts struct {
	StockPlace
	Why string `json:"why,omitempty" maxLength:"500"`
}

// StockLot is a lot, or a serial.
type StockLot struct {
	ID      int64      `json:"id"`
	Item    string     `json:"item"`
	Number  string     `json:"number"`
	Serial  bool       `json:"serial" doc:"It is one piece."`
	Expires *time.Time `json:"expires"`
	Theirs  string     `json:"supplierLot,omitempty"`
	State   string     `json:"state" enum:"free,hold,quarantine"`
	Why     string     `json:"why,omitempty"`
	By      string     `json:"by"`
	Came    time.Time  `json:"came"`
	Version int64      `json:"version"`
}

// StockReservation is material that is meant for a document.
type StockReservation struct {
	ID       int64  `json:"id,omitempty" readOnly:"true"`
	Item     string `json:"item" maxLength:"100"`
	Document string `json:"document" maxLength:"80" doc:"Like sales/7."`
	Line     int64  `json:"line,omitempty" minimum:"0"`
	Quantity Exact  `json:"quantity" doc:"In the stock unit. What is asked for again for the same line adds up."`
	Hard     bool   `json:"hard,omitempty" doc:"Allocated: others cannot take it. Then name place and lot."`
	Place    string `json:"place,omitempty" maxLength:"40"`
	Revision string `json:"revision,omitempty" maxLength:"40"`
	Lot      string `json:"lot,omitempty" maxLength:"80"`
	Serial   string `json:"serial,omitempty" maxLength:"80"`
	Why      string `json:"why,omitempty" maxLength:"500" doc:"Why another was taken than suggested."`
}

type (
	stockNoneIn    struct{}
	stockPlacesOut struct {
		Body struct {
			Places []StockPlace `json:"places"`
		}
	}
	stockPlaceIn       struct{ Body StockPlaceFacts }
	stockPlaceChangeIn struct {
		Place int64 `path:"place" minimum:"1"`
		Body  StockPlaceFacts
	}
	stockPlaceOut struct{ Body StockPlace }
	stockLotsIn   struct {
		Item   string `query:"item" maxLength:"100"`
		Number string `query:"number" maxLength:"80" doc:"How it begins."`
		State  string `query:"state" enum:"free,hold,quarantine"`
		After  int64  `query:"after" minimum:"0"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	stockLotsOut struct {
		Body struct {
			Lots []StockLot `json:"lots"`
			Next *int64     `json:"next" doc:"Give it as after to get the rest; null when this is all."`
		}
	}
	stockHoldIn struct {
		Lot  int64 `path:"lot" minimum:"1"`
		Body struct {
			State   string `json:"state" enum:"free,hold,quarantine"`
			Why     string `json:"why" maxLength:"500"`
			Version int64  `json:"version"`
		}
	}
	stockLotOut     struct{ Body StockLot }
	stockReservedIn struct {
		Item     string `query:"item" maxLength:"100"`
		Document string `query:"document" maxLength:"80"`
	}
	stockReservedOut struct {
		Body struct {
			Reservations []StockReservation `json:"reservations"`
		}
	}
	stockReserveIn struct {
		Key  string `header:"Idempotency-Key" maxLength:"150" doc:"The same key again reserves nothing twice."`
		Body StockReservation
	}
	stockReservationOut struct{ Body StockReservation }
	stockReleaseIn      struct {
		Reservation int64 `path:"reservation" minimum:"1"`
		Body        struct {
			Why string `json:"why,omitempty" maxLength:"500"`
		}
	}
	stockDoneOut struct {
		Body struct {
			Done bool `json:"done"`
		}
	}
)

func (n *names) toldPlace(p stock.Place) StockPlace {
	return StockPlace{
		ID: p.ID, Code: p.Code, Name: p.Name, Within: n.codes[p.Parent], Line: p.Line, Quarantine: p.Quarantine, Virtual: p.Virtual,
		Counting: p.Counting != 0, Retired: p.Retired, Version: p.Version,
	}
}

func (d Deps) places(ctx context.Context, _ *stockNoneIn) (*stockPlacesOut, error) {
	n := d.names(ctx)
	all, err := d.Store.Places(ctx)
	n.codes = map[int64]string{}
	for _, p := range all {
		n.codes[p.ID] = p.Code
	}
	out := &stockPlacesOut{}
	for _, p := range all {
		out.Body.Places = append(out.Body.Places, n.toldPlace(p))
	}
	return out, err
}

func (d Deps) addPlace(ctx context.Context, in *stockPlaceIn) (*stockPlaceOut, error) {
	in.Body.Version = 0
	return d.keepPlace(ctx, 0, in.Body)
}

func (d Deps) changePlace(ctx context.Context, in *stockPlaceChangeIn) (*stockPlaceOut, error) {
	return d.keepPlace(ctx, in.Place, in.Body)
}

func (d Deps) keepPlace(ctx context.Context, id int64, p StockPlaceFacts) (*stockPlaceOut, error) {
	n := d.names(ctx)
	kept := stock.Place{ID: id, Code: strings.TrimSpace(p.Code), Name: p.Name, Line: p.Line, Quarantine: p.Quarantine, Retired: p.Retired, Version: p.Version}
	if p.Within != "" {
		parent, err := n.place(p.Within)
		if err != nil {
			return nil, err
		}
		kept.Parent = parent
	}
	kept, err := d.Store.KeepPlace(ctx, kept, d.By(ctx), strings.TrimSpace(p.Why))
	if err != nil {
		return nil, err
	}
	if err := n.load(); err != nil {
		return nil, err
	}
	return &stockPlaceOut{n.toldPlace(kept)}, nil
}

func (n *names) toldLot(l stock.Lot) StockLot {
	return StockLot{
		ID: l.ID, Item: n.ids[l.Item], Number: l.Number, Serial: l.Serial, Expires: when(l.Expires), Theirs: l.SupplierLot, State: string(l.State), Why: l.Why,
		By: l.By.Name, Came: l.Came.UTC(), Version: l.Version,
	}
}

func (d Deps) lots(ctx context.Context, in *stockLotsIn) (*stockLotsOut, error) {
	n, of := d.names(ctx), stock.Lots{Number: in.Number, State: stock.State(in.State), After: in.After, Limit: in.Limit}
	if in.Item != "" {
		i, err := n.item(in.Item)
		if err != nil {
			return nil, err
		}
		of.Item = i.ID
	}
	all, err := d.Store.Lots(ctx, of)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, l := range all {
		ids = append(ids, l.Item)
	}
	if err := n.numbers(ids); err != nil {
		return nil, err
	}
	out := &stockLotsOut{}
	out.Body.Lots = []StockLot{}
	for _, l := range all {
		out.Body.Lots = append(out.Body.Lots, n.toldLot(l))
	}
	if len(all) == in.Limit {
		out.Body.Next = &all[len(all)-1].ID
	}
	return out, nil
}

func (d Deps) hold(ctx context.Context, in *stockHoldIn) (*stockLotOut, error) {
	l, err := d.Store.Hold(ctx, stock.Holding{Lot: in.Lot, State: stock.State(in.Body.State), Why: strings.TrimSpace(in.Body.Why), Version: in.Body.Version, By: d.By(ctx)})
	if err != nil {
		return nil, err
	}
	n := d.names(ctx)
	if err := n.numbers([]int64{l.Item}); err != nil {
		return nil, err
	}
	return &stockLotOut{n.toldLot(l)}, nil
}

func (n *names) toldReservation(r stock.Reservation) StockReservation {
	return StockReservation{
		ID: r.ID, Item: n.ids[r.Item], Document: r.Document, Line: r.Line, Quantity: amount(r.Quantity), Hard: r.Hard, Place: n.codes[r.Place],
		Revision: r.Revision, Lot: r.Lot, Serial: r.Serial, Why: r.Why,
	}
}

func (d Deps) reserved(ctx context.Context, in *stockReservedIn) (*stockReservedOut, error) {
	n, of := d.names(ctx), stock.Meant{Document: in.Document}
	if in.Item != "" {
		i, err := n.item(in.Item)
		if err != nil {
			return nil, err
		}
		of.Item = i.ID
	}
	all, err := d.Meant.Reserved(ctx, of)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, r := range all {
		ids = append(ids, r.Item)
	}
	if err := n.numbers(ids); err != nil {
		return nil, err
	}
	out := &stockReservedOut{}
	out.Body.Reservations = []StockReservation{}
	for _, r := range all {
		out.Body.Reservations = append(out.Body.Reservations, n.toldReservation(r))
	}
	return out, nil
}

func (d Deps) reserve(ctx context.Context, in *stockReserveIn) (*stockReservationOut, error) {
	n, b := d.names(ctx), in.Body
	i, err := n.item(b.Item)
	if err != nil {
		return nil, err
	}
	r := stock.Reservation{
		Item: i.ID, Document: b.Document, Line: b.Line, Quantity: b.Quantity.Quantity, Hard: b.Hard, Revision: b.Revision, Lot: b.Lot, Serial: b.Serial, Why: b.Why, By: d.By(ctx), Key: in.Key,
	}
	if b.Place != "" {
		if r.Place, err = n.place(b.Place); err != nil {
			return nil, err
		}
	}
	if r, err = d.Meant.Reserve(ctx, r); err != nil {
		return nil, err
	}
	if err := n.numbers([]int64{r.Item}); err != nil {
		return nil, err
	}
	return &stockReservationOut{n.toldReservation(r)}, nil
}

func (d Deps) release(ctx context.Context, in *stockReleaseIn) (*stockDoneOut, error) {
	if err := d.Meant.Release(ctx, in.Reservation, d.By(ctx), in.Body.Why); err != nil {
		return nil, err
	}
	out := &stockDoneOut{}
	out.Body.Done = true
	return out, nil
}
