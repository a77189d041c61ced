// fault code-rules missing-tenant: a tenant that the body of the request names

package faults

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func ofBody(ctx context.Context, client *dynamodb.Client, event events.APIGatewayV2HTTPRequest) error {
	var body struct {
		Tenant string `json:"tenant"`
		ID     string `json:"id"`
	}
	if err := json.Unmarshal([]byte(event.Body), &body); err != nil {
		return err
	}
	_, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String("records"),
		Key: map[string]types.AttributeValue{
			"username": &types.AttributeValueMemberS{Value: body.Tenant},
			"key":      &types.AttributeValueMemberS{Value: body.ID},
		},
	})
	return err
}
