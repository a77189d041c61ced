// fault code-rules built-queries: a DynamoDB filter that is concatenated from a parameter

package faults

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func filtered(ctx context.Context, client *dynamodb.Client, tenant, field string) (*dynamodb.QueryOutput, error) {
	return client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 aws.String("records"),
		KeyConditionExpression:    aws.String("username = :u"),
		FilterExpression:          aws.String(field + " = :v"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":u": &types.AttributeValueMemberS{Value: tenant}},
		Limit:                     aws.Int32(10),
	})
}
