// fault code-rules missing-tenant: a Scan over all tenants

package faults

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func scanned(ctx context.Context, client *dynamodb.Client) (*dynamodb.ScanOutput, error) {
	return client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("records"), Limit: aws.Int32(10)})
}
