// fault code-rules missing-tenant: an item that is stored under one partition for all

package faults

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func stored(ctx context.Context, client *dynamodb.Client, name string) error {
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String("records"),
		Item: map[string]types.AttributeValue{
			"username": &types.AttributeValueMemberS{Value: "global"},
			"name":     &types.AttributeValueMemberS{Value: name},
		},
	})
	return err
}
