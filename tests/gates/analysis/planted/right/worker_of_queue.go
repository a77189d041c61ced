// variant code-rules: a worker that believes the tenant in its own queue, and counts in its log

package right

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type job struct {
	Tenant string `json:"tenant"`
	ID     string `json:"id"`
	Tokens int    `json:"tokens"`
}

func Work(ctx context.Context, client *dynamodb.Client, event events.SQSEvent) error {
	for _, message := range event.Records {
		var j job
		if err := json.Unmarshal([]byte(message.Body), &j); err != nil {
			return fmt.Errorf("decode %s: %w", message.MessageId, err)
		}
		_, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: aws.String("records"),
			Key: map[string]types.AttributeValue{
				"username": &types.AttributeValueMemberS{Value: j.Tenant},
				"key":      &types.AttributeValueMemberS{Value: j.ID},
			},
		})
		if err != nil {
			return fmt.Errorf("delete %s: %w", j.ID, err)
		}
		slog.InfoContext(ctx, "done", "id", message.MessageId, "tokens", j.Tokens)
	}
	return nil
}
