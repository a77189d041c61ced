// fault code-rules built-queries: SQL that is concatenated from a parameter

package faults

import (
	"context"
	"database/sql"
)

func selected(ctx context.Context, db *sql.DB, name string) (*sql.Rows, error) {
	return db.QueryContext(ctx, "SELECT id FROM assets WHERE name = '"+name+"'")
}
