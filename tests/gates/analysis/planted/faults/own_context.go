// fault code-rules missing-context: a handler that starts a context of its own

package faults

import (
	"context"
	"net/http"
)

func detached(w http.ResponseWriter, r *http.Request, find func(context.Context, string) error) {
	if err := find(context.Background(), r.PathValue("id")); err != nil {
		http.Error(w, "not found", http.StatusNotFound)
	}
}
