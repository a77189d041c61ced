// fault code-rules built-queries: a PartiQL statement with a value in it

package faults

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func stated(ctx context.Context, client *dynamodb.Client, tenant, name string) error {
	_, err := client.ExecuteStatement(ctx, &dynamodb.ExecuteStatementInput{
		Statement:  aws.String(fmt.Sprintf("SELECT * FROM records WHERE username = ? AND name = '%s'", name)),
		Parameters: []types.AttributeValue{&types.AttributeValueMemberS{Value: tenant}},
	})
	return err
}
