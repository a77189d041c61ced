// variant code-rules: SQL with parameters, ordered by a column of a fixed table

package right

import (
	"context"
	"database/sql"
	"fmt"
)

var orders = map[string]string{"name": "name ASC", "age": "created DESC"}

func Ordered(ctx context.Context, db *sql.DB, tenant, order string) (*sql.Rows, error) {
	by, known := orders[order]
	if !known {
		return nil, fmt.Errorf("no order %q", order)
	}
	return db.QueryContext(ctx, "SELECT id FROM assets WHERE tenant = $1 ORDER BY "+by+" LIMIT 100", tenant)
}
