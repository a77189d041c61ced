// fault code-rules missing-tenant: a key that is made of the id alone

package faults

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func byID(ctx context.Context, client *dynamodb.Client, id string) (*dynamodb.GetItemOutput, error) {
	return client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String("records"),
		Key:       map[string]types.AttributeValue{"username": &types.AttributeValueMemberS{Value: id}},
	})
}
