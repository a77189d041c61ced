// fault code-rules fake-success: an operation that answers 201 with a constant and stores nothing

package faults

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

func constantOperation(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	return events.APIGatewayV2HTTPResponse{StatusCode: 201, Body: `{"id":"1"}`}, nil
}
