// fault code-rules built-queries: a DynamoDB update that is formatted from a member of a request

package faults

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func updated(ctx context.Context, client *dynamodb.Client, tenant string, names map[string]string) error {
	expression := fmt.Sprintf("SET %s = :v", names["field"])
	_, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:        aws.String("records"),
		Key:              map[string]types.AttributeValue{"username": &types.AttributeValueMemberS{Value: tenant}},
		UpdateExpression: &expression,
	})
	return err
}
