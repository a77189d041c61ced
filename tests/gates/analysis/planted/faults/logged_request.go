// fault code-rules logged-secrets: a log line with the whole request

package faults

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
)

func logRequest(ctx context.Context, event events.APIGatewayV2HTTPRequest) {
	slog.InfoContext(ctx, "received", slog.Any("event", event))
}
