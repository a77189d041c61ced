// variant code-rules: a repository with the account in a field, and an expression that placeholders are counted into

package right

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type Repository struct {
	client  *dynamodb.Client
	account string
}

func NewRepository(client *dynamodb.Client, account string) *Repository {
	return &Repository{client: client, account: account}
}

func (r *Repository) primary(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: fmt.Sprintf("ACCOUNT#%s", r.account)},
		"sk": &types.AttributeValueMemberS{Value: id},
	}
}

func (r *Repository) Rename(ctx context.Context, id string, changes map[string]string) error {
	names, values, terms := map[string]string{}, map[string]types.AttributeValue{}, []string{}
	i := 0
	for name, value := range changes {
		at := strconv.Itoa(i)
		names["#n"+at] = name
		values[":v"+at] = &types.AttributeValueMemberS{Value: value}
		terms = append(terms, fmt.Sprintf("#n%d = :v%d", i, i))
		i++
	}
	input := &dynamodb.UpdateItemInput{TableName: aws.String("records")}
	input.Key = r.primary(id)
	input.UpdateExpression = aws.String("SET " + strings.Join(terms, ", "))
	input.ExpressionAttributeNames, input.ExpressionAttributeValues = names, values
	if _, err := r.client.UpdateItem(ctx, input); err != nil {
		return fmt.Errorf("rename %s: %w", id, err)
	}
	return nil
}
