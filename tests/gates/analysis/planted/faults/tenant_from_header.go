// fault code-rules missing-tenant: a tenant that a header of the request names, handed on

package faults

import (
	"github.com/aws/aws-lambda-go/events"
)

func ofHeader(event events.APIGatewayV2HTTPRequest, open func(tenant string) error) error {
	return open(event.Headers["x-tenant"])
}
