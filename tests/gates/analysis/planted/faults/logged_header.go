// fault code-rules logged-secrets: a log line with the authorization header

package faults

import (
	"context"
	"log/slog"
	"net/http"
)

func logHeader(ctx context.Context, r *http.Request) {
	slog.InfoContext(ctx, "request", "authorization", r.Header.Get("Authorization"))
}
