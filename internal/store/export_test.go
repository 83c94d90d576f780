package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/mes/oee"
)

// What tests see of the inside.

// Row is a private struct of one table.
type Row interface{ TableName() string }

// Rows are all of them.
func Rows() []Row {
	return []Row{
		userRow{},
		grantRow{},
		tokenRow{},
		sessionRow{},
		auditRow{},
		settingRow{},
		revisionRow{},
		draftRow{},
		accessFileRow{},
		ruleRow{},
		requestRow{},
		effectRow{},
		answerRow{},
		keyRow{},
		secretRow{},
		jobRow{},
		itemRow{},
		listViewRow{},
		folioCommentRow{},
		folioFileRow{},
		hookRow{},
		deliveryRow{},
		itemUnitRow{},
		itemRevisionRow{},
		itemAlternateRow{},
		centreRow{},
		toolRow{},
		billRow{},
		billLineRow{},
		billOperationRow{},
		runRow{},
		bookingRow{},
		markRow{},
		correctionRow{},
		segmentRow{},
		wishRow{},
		validityRow{},
		editRow{},
		signatureRow{},
		rollupRow{},
		serverRow{},
		subscriptionRow{},
		letterRow{},
		callRow{},
		scheduleRow{},
		presenceRow{},
		sentRow{},
		skillRow{},
		skillHolderRow{},
		skillStaffRow{},
		skillNeedRow{},
		briefRow{},
		briefMarkRow{},
		labourRow{},
		takenRow{},
		rolledRow{},
		planWishRow{},
		planMessageRow{},
		forecastRow{},
		loopRow{},
		cardRow{},
		workRow{},
		workComponentRow{},
		workOperationRow{},
		workSnapshotRow{},
		workReportRow{},
		workScrapRow{},
		parkedRow{},
		workCommandRow{},
		placeRow{},
		lotRow{},
		postingRow{},
		moveRow{},
		balanceRow{},
		valueRow{},
		courseRow{},
		totalRow{},
		layerRow{},
		drawRow{},
		valueEntryRow{},
		periodRow{},
		periodValueRow{},
		reservationRow{},
		stockCountRow{},
		countLineRow{},
		partnerRow{},
		contactRow{},
		addressRow{},
		priceRow{},
		supplyRow{},
		callOffRow{},
		commandRow{},
		salesOrderRow{},
		salesPaperRow{},
		salesPaperLineRow{},
		salesExportRow{},
		purchaseOrderRow{},
		purchasePaperRow{},
		purchasePaperLineRow{},
		purchaseExportRow{},
		salesLineRow{},
		editBookingRow{},
		purchaseLineRow{},
		promiseRow{},
		promisePastRow{},
	}
}

// MigrateFrom migrates with other files than ours.
func MigrateFrom(ctx context.Context, kind string, db *sql.DB, files fs.FS) error {
	return migrateFrom(ctx, dialect(kind), db, files)
}

// Explain words an error.
func Explain(doing string, err error) error { return explain(doing, err) }

// Check runs one of SQLite's checks.
func Check(ctx context.Context, db *sql.DB, pragma string) error { return check(ctx, db, pragma) }

// Writer is the pool that writes.
func (s *Store) Writer() *sql.DB { return s.pools[len(s.pools)-1] }

// Reader is the pool that reads.
func (s *Store) Reader() *sql.DB { return s.pools[0] }

// Ways gives how SQLite goes about every question that read asks.
func (s *Store) Ways(ctx context.Context, read func() error) (all []string, err error) {
	type question struct {
		sql  string
		args []any
	}
	var asked []question
	note := func(db *gorm.DB) {
		asked = append(asked, question{db.Statement.SQL.String(), slices.Clone(db.Statement.Vars)})
	}
	of := s.reader.Callback()
	err = errors.Join(of.Query().After("gorm:query").Register("plans", note), of.Row().After("gorm:row").Register("plans", note))
	err = errors.Join(err, read(), of.Query().Remove("plans"), of.Row().Remove("plans"))
	for _, q := range asked {
		plan, failed := s.plan(ctx, q.sql, q.args)
		if failed != nil {
			return all, failed
		}
		all = append(all, plan)
	}
	return all, err
}

// plan is a question of SQLite, and by which indexes it is answered.
func (s *Store) plan(ctx context.Context, sql string, args []any) (plan string, err error) {
	rows, err := s.Reader().QueryContext(ctx, "EXPLAIN QUERY PLAN "+sql, args...)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	plan = sql + "\n"
	for rows.Next() {
		var id, parent, unused int
		var line string
		err = errors.Join(err, rows.Scan(&id, &parent, &unused, &line))
		plan += line + "\n"
	}
	return plan, errors.Join(err, rows.Err())
}

// Packed is what a signature holds of segments, and Unpacked reads it.
func Packed(all []oee.Segment) (string, error)       { return pack(all) }
func Unpacked(content string) ([]oee.Segment, error) { return unpack(content) }
