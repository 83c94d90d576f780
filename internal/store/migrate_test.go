package store_test

import (
	"database/sql"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/migrations"
)

// Programs that start at once on an empty server make the schema once.
func TestProgramsThatStartAtOnceMakeOneSchema(t *testing.T) {
	db := storetest.EmptyPostgres(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(t.Context(), db.DSN, quiet())
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	fill(t, db.Open())
}

// A migration that fails half-way leaves the schema and the data as they were.
func TestAFailedMigrationChangesNothing(t *testing.T) {
	broken := fstest.MapFS{"9001_broken.sql": {Data: []byte(`-- +goose Up
CREATE TABLE half (id BIGINT);
UPDATE jobs SET product = 'lost';
ALTER TABLE jobs ADD COLUMN colour TEXT;
INSERT INTO nowhere VALUES (1);
`)}}
	names, err := fs.Glob(migrations.Files, "*.sql")
	must(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(migrations.Files, name)
		must(t, err)
		broken[name] = &fstest.MapFile{Data: text}
	}
	for name, make := range onBoth {
		t.Run(name, func(t *testing.T) {
			db := make(t)
			fill(t, db.Open())
			before := schemaOf(t, db)
			err := store.MigrateFrom(t.Context(), name, db.Raw(), broken)
			if err == nil || !strings.Contains(err.Error(), "nowhere") {
				t.Fatalf("the broken migration gave %v, want words about the table nowhere", err)
			}
			if d := cmp.Diff(before, schemaOf(t, db)); d != "" {
				t.Errorf("the schema changed: %s", d)
			}
			s := db.Open()
			j, err := s.Counts().Job(t.Context(), "J-1")
			must(t, err)
			if j.Product != "COLA-05" {
				t.Errorf("the data changed: %+v", j)
			}
			sound(t, s)
		})
	}
}

// column is what a row's field must fit.
type column struct {
	Kind string // int64, string or bool
	Null bool
}

// schemaOf gives the columns of every table, as the database tells them.
func schemaOf(t *testing.T, db storetest.Database) map[string]map[string]column {
	t.Helper()
	query := `SELECT table_name, column_name, data_type, is_nullable = 'NO'
	            FROM information_schema.columns WHERE table_schema = 'public'`
	if db.Path() != "" {
		query = `SELECT m.name, c.name, c.type, c."notnull" <> 0
		           FROM sqlite_master AS m, pragma_table_info(m.name) AS c
		          WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
	}
	rows, err := db.Raw().QueryContext(t.Context(), query)
	must(t, err)
	defer func() { _ = rows.Close() }()
	tables := map[string]map[string]column{}
	for rows.Next() {
		var table, name, kind string
		var required bool
		must(t, rows.Scan(&table, &name, &kind, &required))
		if tables[table] == nil {
			tables[table] = map[string]column{}
		}
		tables[table][name] = column{kinds[strings.ToLower(kind)], !required}
	}
	must(t, rows.Err())
	return tables
}

var kinds = map[string]string{"bigint": "int64", "smallint": "int64", "text": "string", "boolean": "bool", "bytea": "[]uint8"}

// Every row's fields are the columns of its table, no more and no fewer, and may be nil where those may be NULL.
func TestRowsAreWhatTheSchemaSays(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		must(t, db.Open().Close())
		tables := schemaOf(t, db)
		for _, row := range store.Rows() {
			want := map[string]column{}
			columnsOf(t, reflect.TypeOf(row), "", want)
			if d := cmp.Diff(want, tables[row.TableName()]); d != "" {
				t.Errorf("%T and the table %s differ: %s", row, row.TableName(), d)
			}
			delete(tables, row.TableName())
		}
		for _, known := range []string{"numbers", "audit_head", "millwright_schema"} {
			delete(tables, known)
		}
		for table := range tables {
			t.Errorf("no row stands for the table %s", table)
		}
	})
}

// columnsOf adds the columns that the fields of a row name, those of what is embedded with its prefix.
func columnsOf(t *testing.T, row reflect.Type, prefix string, into map[string]column) {
	t.Helper()
	for _, f := range reflect.VisibleFields(row) {
		tag := f.Tag.Get("gorm")
		if of, embedded := strings.CutPrefix(tag, "embedded;embeddedPrefix:"); embedded {
			columnsOf(t, f.Type, prefix+of, into)
			continue
		}
		name, tagged := strings.CutPrefix(strings.Split(tag, ";")[0], "column:")
		if !tagged {
			t.Errorf("%s: field %s names no column", row, f.Name)
		}
		kind := f.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		into[prefix+name] = column{kind.String(), f.Type.Kind() == reflect.Pointer}
	}
}

// Questions that pages ask go by an index, whatever the size of the table.
func TestQuestionsGoByAnIndex(t *testing.T) {
	db := storetest.SQLite(t)
	must(t, db.Open().Close())
	raw := db.Raw()
	for _, query := range []string{
		"SELECT * FROM segments WHERE line = 'x' AND from_at >= COALESCE((SELECT MAX(from_at) FROM segments WHERE line = 'x' AND from_at <= 1), 1) AND from_at < 2 AND to_at > 1 ORDER BY from_at",
		"SELECT to_at FROM segments WHERE line = 'x' ORDER BY from_at DESC LIMIT 1",
		"SELECT * FROM bookings WHERE line = 'x' AND at >= 1 AND at < 2 ORDER BY at DESC, id DESC LIMIT 10",
		"SELECT * FROM bookings WHERE job = 'x' AND at >= 1 AND at < 2 ORDER BY at DESC, id DESC LIMIT 10",
		"SELECT SUM(qty) FROM bookings WHERE job = 'x'",
		"SELECT * FROM audit WHERE thing = 'x' AND seq < 9 ORDER BY seq DESC LIMIT 10",
		"SELECT * FROM runs WHERE to_at IS NULL OR to_at > 1",
		"DELETE FROM sessions WHERE expires_at <= 1",
	} {
		plan := planOf(t, raw, query)
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
	told := "SELECT new FROM audit WHERE what = 'plant.publish' AND new LIKE '%; line %' AND (new LIKE 'x' OR new LIKE 'y') ORDER BY seq"
	if plan := planOf(t, raw, told); !strings.Contains(plan, "audit_of_revisions") || strings.Contains(plan, "TEMP B-TREE") {
		t.Errorf("%s\n%s", told, plan)
	}
}

func planOf(t *testing.T, db *sql.DB, query string) (plan string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
	must(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var line string
		must(t, rows.Scan(&id, &parent, &unused, &line))
		plan += line + "\n"
	}
	must(t, rows.Err())
	return plan
}
