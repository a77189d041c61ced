// variant code-rules: items of a struct with the tenant in it, and keys that are made of the signed-in user's id

package right

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type Bookmark struct {
	TenantID string
	URL      string
}

type Marshaller interface {
	MarshalMap(value any) (map[string]types.AttributeValue, error)
}

func Save(ctx context.Context, client *dynamodb.Client, m Marshaller, bookmark Bookmark) error {
	item, err := m.MarshalMap(bookmark)
	if err != nil {
		return err
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("bookmarks"), Item: item})
	return err
}

func keyOf(userID, id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"user": &types.AttributeValueMemberS{Value: userID},
		"id":   &types.AttributeValueMemberS{Value: id},
	}
}

func Forget(ctx context.Context, client *dynamodb.Client, event events.APIGatewayV2HTTPRequest) error {
	userID := event.RequestContext.Authorizer.JWT.Claims["sub"]
	_, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String("bookmarks"),
		Key:       keyOf(userID, event.PathParameters["id"]),
	})
	return err
}
