// Package sqlite3 stands where gorm's driver would link SQLite's C code. Millwright opens SQLite through
// modernc.org/sqlite; the C code would be compiled, for minutes, by whoever builds with a C compiler, and never be called.
package sqlite3
