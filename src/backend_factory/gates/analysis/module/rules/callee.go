package rules

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// callee is the full name of what is called, such as io.ReadAll or (*net/http.Client).Do; nothing for a dynamic call.
func callee(pass *analysis.Pass, call *ast.CallExpr) string {
	if function, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Func); ok {
		return function.FullName()
	}
	return ""
}

// named returns the path of the package and the name of the type, pointers aside.
func named(t types.Type) (path, name string) {
	if t == nil {
		return "", ""
	}
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		if n.Obj().Pkg() != nil {
			path = n.Obj().Pkg().Path()
		}
		return path, n.Obj().Name()
	}
	return "", ""
}

// text is the constant string that the expression is; false for any other.
func text(pass *analysis.Pass, e ast.Expr) (string, bool) {
	value := pass.TypesInfo.Types[e].Value
	if value == nil || value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(value), true
}

// isDynamo says whether the package is the client of DynamoDB, or its types.
func isDynamo(path string) bool {
	path = strings.TrimSuffix(path, "/types")
	return strings.HasSuffix(path, "/service/dynamodb")
}

// isGatewayEvent says whether the type is a request that API Gateway, a function URL or a load balancer hands over.
func isGatewayEvent(t types.Type) bool {
	path, name := named(t)
	return path == "github.com/aws/aws-lambda-go/events" && strings.HasSuffix(name, "Request")
}
