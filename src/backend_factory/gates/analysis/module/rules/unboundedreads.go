package rules

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// UnboundedReads finds reads whose size a caller or a table decides.
var UnboundedReads = &analysis.Analyzer{Name: "unbounded_reads", Doc: "reads without a limit", Run: unboundedReads}

func unboundedReads(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		for _, declaration := range file.Decls {
			limited := limits(pass, declaration)
			ast.Inspect(declaration, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					body(pass, n, limited)
				case *ast.CompositeLit:
					page(pass, n, declaration)
				}
				return true
			})
		}
	}
	return nil, nil
}

// limits says whether the declaration puts a limit on the bodies that it reads.
func limits(pass *analysis.Pass, in ast.Node) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && callee(pass, call) == "net/http.MaxBytesReader" {
			found = true
		}
		return !found
	})
	return found
}

// body reports a body that is read to its end, or decoded, without a limit.
func body(pass *analysis.Pass, call *ast.CallExpr, limited bool) {
	name := callee(pass, call)
	var source ast.Expr
	switch {
	case name == "io.ReadAll" || name == "io/ioutil.ReadAll" || name == "encoding/json.NewDecoder" || name == "encoding/xml.NewDecoder":
		source = call.Args[0]
	case name == "io.Copy" || name == "(*bytes.Buffer).ReadFrom":
		source = call.Args[len(call.Args)-1]
	default:
		return
	}
	selector, ok := ast.Unparen(source).(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Body" || limited {
		return
	}
	if path, kind := named(pass.TypesInfo.TypeOf(selector.X)); path == "net/http" && (kind == "Request" || kind == "Response") {
		pass.Reportf(call.Pos(), "a body is read whatever its size: use http.MaxBytesReader or io.LimitReader")
	}
}

// page reports a Query or Scan that sets no limit.
func page(pass *analysis.Pass, literal *ast.CompositeLit, in ast.Node) {
	path, kind := named(pass.TypesInfo.TypeOf(literal))
	if !isDynamo(path) || kind != "QueryInput" && kind != "ScanInput" {
		return
	}
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			switch key := pair.Key.(*ast.Ident); key.Name {
			case "Limit":
				return
			case "Select":
				if strings.HasSuffix(types.ExprString(pair.Value), "SelectCount") {
					return
				}
			}
		}
	}
	if !assigns(pass, in, kind, "Limit") {
		pass.Reportf(literal.Pos(), "%s without Limit reads all that there is", strings.TrimSuffix(kind, "Input"))
	}
}

// assigns says whether the declaration sets the field of a value of the type after it was made.
func assigns(pass *analysis.Pass, in ast.Node, kind, field string) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if assignment, ok := n.(*ast.AssignStmt); ok {
			for _, left := range assignment.Lhs {
				if selector, ok := left.(*ast.SelectorExpr); ok && selector.Sel.Name == field {
					_, name := named(pass.TypesInfo.TypeOf(selector.X))
					found = found || name == kind
				}
			}
		}
		return !found
	})
	return found
}
