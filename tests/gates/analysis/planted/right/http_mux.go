// variant code-rules: net/http with a mux: tenant from the verified context, limited body, one timeout for the client

package right

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type tenantKey struct{}

type Server struct {
	dynamo *dynamodb.Client
	log    *slog.Logger
}

func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /notes", s.create)
	mux.HandleFunc("GET /health", health)
	return mux
}

func health(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusOK)
}

func tenantOf(ctx context.Context) string {
	tenant, _ := ctx.Value(tenantKey{}).(string)
	return tenant
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	var note struct {
		Text string `json:"text"`
	}
	if err := json.NewDecoder(r.Body).Decode(&note); err != nil {
		http.Error(w, "bad note", http.StatusBadRequest)
		return
	}
	_, err := s.dynamo.PutItem(r.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("notes"),
		Item: map[string]types.AttributeValue{
			"username": &types.AttributeValueMemberS{Value: tenantOf(r.Context())},
			"text":     &types.AttributeValueMemberS{Value: note.Text},
		},
	})
	if err != nil {
		s.log.ErrorContext(r.Context(), "cannot store", "error", err, "path", r.URL.Path, "request", r.Header.Get("X-Request-Id"))
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func Caller() *http.Client {
	return &http.Client{Timeout: 10 * time.Second}
}
