// variant code-rules: a paginator with a limit, over what claims of the token name

package right

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func List(ctx context.Context, client dynamodb.QueryAPIClient, event events.APIGatewayV2HTTPRequest) (count int, err error) {
	owner := event.RequestContext.Authorizer.JWT.Claims["sub"]
	pages := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{
		TableName:                 aws.String("records"),
		KeyConditionExpression:    aws.String("#u = :u"),
		ExpressionAttributeNames:  map[string]string{"#u": "username"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":u": &types.AttributeValueMemberS{Value: owner}},
		Limit:                     aws.Int32(50),
	})
	for pages.HasMorePages() && count < 500 {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return count, err
		}
		count += len(page.Items)
	}
	slog.DebugContext(ctx, "listed", "count", count, "nextToken", event.QueryStringParameters["nextToken"])
	return count, nil
}
