// fault code-rules unbounded-reads: a Query without Limit

package faults

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func everything(ctx context.Context, client *dynamodb.Client, tenant string) (*dynamodb.QueryOutput, error) {
	return client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 aws.String("records"),
		KeyConditionExpression:    aws.String("username = :u"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":u": &types.AttributeValueMemberS{Value: tenant}},
	})
}
