// Package oracles holds the whole program against numbers that are known beforehand, through its API alone and on both databases.
package oracles
