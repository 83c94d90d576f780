package store_test

import (
	"bytes"
	"strings"
	"testing"

	"millwright/internal/erp/folio"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

func TestADocumentKeepsWhatIsSaidOfIt(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		itemsIn(t, db, 3)
		book := s.Folio()
		otto := plant.Person{ID: 7, Name: "Otto", Role: plant.Viewer}
		first, err := book.Say(ctx, folio.Saying{On: "item/1", Words: " It rusts.\r\nAlways. ", Key: "a", By: otto})
		must(t, err)
		again, err := book.Say(ctx, folio.Saying{On: "item/1", Words: "It rusts.", Key: "a", By: otto})
		must(t, err)
		if again.ID != first.ID || first.Words != "It rusts.\nAlways." {
			t.Errorf("%+v, then %+v", first, again)
		}
		_, err = book.Say(ctx, folio.Saying{On: "item/1", Words: "Does it?", Key: "b", By: anna})
		must(t, err)
		_, err = book.Say(ctx, folio.Saying{On: "item/1", Words: "It rusts when wet.", Corrects: first.ID, Key: "c", By: otto})
		must(t, err)
		for what, one := range map[string]struct {
			s    folio.Saying
			kind errs.Kind
		}{
			"of somebody else": {folio.Saying{On: "item/1", Words: "No.", Corrects: first.ID, Key: "d", By: anna}, errs.Forbidden},
			"corrected twice":  {folio.Saying{On: "item/1", Words: "No.", Corrects: first.ID, Key: "e", By: otto}, errs.Conflict},
			"elsewhere":        {folio.Saying{On: "item/2", Words: "No.", Corrects: first.ID, Key: "f", By: otto}, errs.NotFound},
			"nothing":          {folio.Saying{On: "item/1", Words: " \n", Key: "g", By: otto}, errs.Invalid},
			"much":             {folio.Saying{On: "item/1", Words: strings.Repeat("x", 5000), Key: "h", By: otto}, errs.Invalid},
			"of no item":       {folio.Saying{On: "item/99", Words: "x", Key: "i", By: otto}, errs.NotFound},
			"of no kind":       {folio.Saying{On: "users/1", Words: "x", Key: "j", By: otto}, errs.NotFound},
		} {
			if _, err := book.Say(ctx, one.s); errs.KindOf(err) != one.kind {
				t.Errorf("%s: %v", what, err)
			}
		}
		all, err := book.Comments(ctx, "item/1")
		must(t, err)
		if len(all) != 2 || all[0].Words != "It rusts when wet." || all[0].Before != first.Words || all[1].Words != "Does it?" {
			t.Errorf("%+v", all)
		}
		history, err := book.History(ctx, "item/1", 0, 10)
		must(t, err)
		if len(history) != 3 || history[0].What != "comment.correct" || history[0].New != "It rusts when wet." || history[0].By.Name != "Otto" {
			t.Errorf("%+v", history)
		}
		sound(t, s)
	})
}

func TestADocumentKeepsFiles(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		itemsIn(t, db, 3)
		book := s.Folio()
		otto := plant.Person{ID: 7, Name: "Otto", Role: plant.Viewer}
		content := append([]byte("%PDF-1.7\n\x00\xff"), bytes.Repeat([]byte{0}, 1000)...)
		kept, err := book.Put(ctx, folio.Putting{On: "item/1", Name: `C:\drawings\"part".pdf`, Content: content, Key: "a", By: otto})
		must(t, err)
		again, err := book.Put(ctx, folio.Putting{On: "item/1", Name: "x", Content: content, Key: "a", By: otto})
		must(t, err)
		if kept.ID != again.ID || kept.Name != "_part_.pdf" || kept.Type != "application/pdf" || kept.Size != int64(len(content)) {
			t.Errorf("%+v, then %+v", kept, again)
		}
		f, got, err := book.Content(ctx, "item/1", kept.ID)
		must(t, err)
		if !bytes.Equal(got, content) || f.Hash != kept.Hash {
			t.Errorf("%d bytes, %s", len(got), f.Hash)
		}
		_, _, err = book.Content(ctx, "item/2", kept.ID)
		wantKind(t, err, errs.NotFound)
		page, err := book.Put(ctx, folio.Putting{On: "item/1", Name: "x.png", Content: []byte("<html><script>1</script>"), Key: "b", By: anna})
		must(t, err)
		if page.Type != "application/octet-stream" {
			t.Errorf("a page that is called a picture is %s", page.Type)
		}
		for what, p := range map[string]folio.Putting{
			"empty":   {On: "item/1", Name: "x", Key: "c", By: otto},
			"large":   {On: "item/1", Name: "x", Content: make([]byte, folio.MostBytes+1), Key: "d", By: otto},
			"no name": {On: "item/1", Name: "..", Content: []byte("x"), By: otto},
		} {
			if _, err := book.Put(ctx, p); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		wantKind(t, book.Take(ctx, "item/1", page.ID, otto, ""), errs.Forbidden)
		must(t, book.Take(ctx, "item/1", kept.ID, otto, "of another part"))
		_, _, err = book.Content(ctx, "item/1", kept.ID)
		wantKind(t, err, errs.NotFound)
		files, err := book.Files(ctx, "item/1")
		must(t, err)
		if len(files) != 2 || !files[0].Gone || files[1].Gone {
			t.Errorf("%+v", files)
		}
		sound(t, s)
	})
}

func TestDocumentsAreKnownByTheirNumbers(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		itemsIn(t, db, 2)
		names := s.Names()
		numbers, err := names.Numbers(ctx, []string{"item/1", "item/9", "place/10", "bill/1", "users/1", "sales/x", ""})
		must(t, err)
		if len(numbers) != 2 || numbers["item/1"] == "" || numbers["place/10"] != "STOCK" {
			t.Errorf("%v", numbers)
		}
		for number, want := range map[string]string{"stock\t": "place/10", strings.ToLower(numbers["item/1"]): "item/1"} {
			if found, err := names.Find(ctx, number); err != nil || found != want {
				t.Errorf("%q is %s, %v", number, found, err)
			}
		}
		for _, none := range []string{"", "SO-000001", "' OR 1=1 --", "\x00"} {
			if _, err := names.Find(ctx, none); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%q: %v", none, err)
			}
		}
	})
}
