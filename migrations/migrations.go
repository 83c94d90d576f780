// Package migrations is the only definition of the schema, for SQLite and PostgreSQL alike.
//
// The rules that let one text serve both: identities are BIGINT and come from the table numbers;
// times are BIGINT, microseconds of UTC; quantities are BIGINT, millionths; hashes are hexadecimal TEXT.
// What may be unknown is NULL, never zero. Each file runs in one transaction, so that one that fails
// leaves the schema as it was. A file that has been released is never changed again: a change is a new file.
package migrations

import "embed"

// Files are the migrations, in the order of their names.
//
//go:embed *.sql
var Files embed.FS
