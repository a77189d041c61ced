// fault code-rules missing-tenant: a tenant that the caller names in the query string

package faults

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func ofParameter(ctx context.Context, client *dynamodb.Client, event events.APIGatewayV2HTTPRequest) error {
	tenant := event.QueryStringParameters["tenant"]
	_, err := client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String("records"),
		Key:       map[string]types.AttributeValue{"username": &types.AttributeValueMemberS{Value: tenant}},
	})
	return err
}
