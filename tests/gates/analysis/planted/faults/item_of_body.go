// fault code-rules missing-tenant: an item that is stored as the body of the request says, its tenant included

package faults

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type bookmark struct{ Tenant, URL string }

func asSent(
	ctx context.Context, client *dynamodb.Client, event events.APIGatewayV2HTTPRequest,
	marshalMap func(any) (map[string]types.AttributeValue, error),
) error {
	var sent bookmark
	if err := json.Unmarshal([]byte(event.Body), &sent); err != nil {
		return err
	}
	item, err := marshalMap(sent)
	if err != nil {
		return err
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("bookmarks"), Item: item})
	return err
}
