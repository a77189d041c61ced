// fault code-rules built-queries: SQL that a strings.Builder is filled with

package faults

import (
	"context"
	"database/sql"
	"strings"
)

func assembled(ctx context.Context, db *sql.DB, names []string) error {
	var text strings.Builder
	text.WriteString("DELETE FROM assets WHERE name IN (")
	for _, name := range names {
		text.WriteString("'" + name + "',")
	}
	_, err := db.ExecContext(ctx, text.String()+"'')")
	return err
}
