package rules

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// IgnoredErrors finds errors that are dropped, assigned to nothing, or answered with success.
var IgnoredErrors = &analysis.Analyzer{Name: "ignored_errors", Doc: "errors that nobody looks at", Run: ignoredErrors}

// neverFails are functions whose documentation says that the error is always nil, or that only tell a person something.
var neverFails = regexp.MustCompile(`^(\(\*?(strings\.Builder|bytes\.Buffer|hash\.Hash\w*|hash/maphash\.Hash|math/rand(/v2)?\.\w+)\)\.\w+|crypto/rand\.Read|fmt\.Print\w*|\(hash\.Hash\w*\)\.\w+)$`)

func ignoredErrors(pass *analysis.Pass) (any, error) {
	for _, file := range production(pass) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ExprStmt:
				unchecked(pass, n.X)
			case *ast.GoStmt:
				unchecked(pass, n.Call)
			case *ast.DeferStmt:
				if !ends(pass, n.Call) {
					unchecked(pass, n.Call)
				}
			case *ast.AssignStmt:
				discarded(pass, n)
			case *ast.FuncDecl:
				if n.Body != nil {
					swallowed(pass, n.Type, n.Body)
				}
			case *ast.FuncLit:
				swallowed(pass, n.Type, n.Body)
			}
			return true
		})
	}
	return nil, nil
}

// unchecked reports a call as a statement of its own whose last result is an error.
func unchecked(pass *analysis.Pass, e ast.Expr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || harmless(pass, call) {
		return
	}
	t := pass.TypesInfo.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		t = tuple.At(tuple.Len() - 1).Type()
	}
	if isError(t) {
		pass.Reportf(call.Pos(), "the error of %s is not looked at", called(call))
	}
}

// discarded reports an error that is assigned to the blank identifier.
func discarded(pass *analysis.Pass, n *ast.AssignStmt) {
	for i, left := range n.Lhs {
		if name, ok := left.(*ast.Ident); !ok || name.Name != "_" {
			continue
		}
		value := n.Rhs[min(i, len(n.Rhs)-1)]
		t := pass.TypesInfo.TypeOf(value)
		if tuple, ok := t.(*types.Tuple); ok && i < tuple.Len() {
			t = tuple.At(i).Type()
		}
		if call, ok := ast.Unparen(value).(*ast.CallExpr); isError(t) && !(ok && (harmless(pass, call) || ends(pass, call))) {
			pass.Reportf(left.Pos(), "an error is thrown away")
		}
	}
}

// swallowed reports `if err != nil` whose body returns a nil error, without a look at err.
func swallowed(pass *analysis.Pass, of *ast.FuncType, body *ast.BlockStmt) {
	if of.Results == nil || !isError(pass.TypesInfo.TypeOf(of.Results.List[len(of.Results.List)-1].Type)) {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if _, inner := n.(*ast.FuncLit); inner {
			return false
		}
		branch, ok := n.(*ast.IfStmt)
		if !ok {
			return true
		}
		object := compared(pass, branch.Cond)
		if object == nil || mentionsObject(pass, branch.Body, object) {
			return true
		}
		for _, statement := range branch.Body.List {
			if back, ok := statement.(*ast.ReturnStmt); ok && len(back.Results) > 0 && isNil(pass, back.Results[len(back.Results)-1]) {
				pass.Reportf(back.Pos(), "%s is answered with success", object.Name())
			}
		}
		return true
	})
}

// compared is the error variable of `err != nil`.
func compared(pass *analysis.Pass, e ast.Expr) types.Object {
	test, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok || test.Op != token.NEQ || !isNil(pass, test.Y) {
		return nil
	}
	name, ok := ast.Unparen(test.X).(*ast.Ident)
	if !ok || !isError(pass.TypesInfo.TypeOf(name)) {
		return nil
	}
	return pass.TypesInfo.ObjectOf(name)
}

func mentionsObject(pass *analysis.Pass, in ast.Node, object types.Object) (found bool) {
	ast.Inspect(in, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok && pass.TypesInfo.ObjectOf(name) == object {
			found = true
		}
		return !found
	})
	return found
}

func isNil(pass *analysis.Pass, e ast.Expr) bool {
	return pass.TypesInfo.Types[e].IsNil()
}

func isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}

// harmless says that the error can only be nil, or that nobody could do anything about it.
func harmless(pass *analysis.Pass, call *ast.CallExpr) bool {
	name := callee(pass, call)
	if neverFails.MatchString(name) {
		return true
	}
	if strings.HasPrefix(name, "fmt.Fprint") || strings.HasPrefix(name, "io.WriteString") {
		t := pass.TypesInfo.TypeOf(call.Args[0])
		path, kind := named(t)
		switch path + "." + kind {
		case "strings.Builder", "bytes.Buffer", "net/http.ResponseWriter", "text/tabwriter.Writer", "hash.Hash":
			return true
		}
		if stream, ok := ast.Unparen(call.Args[0]).(*ast.SelectorExpr); ok {
			return stream.Sel.Name == "Stderr" || stream.Sel.Name == "Stdout"
		}
	}
	if selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		path, kind := named(pass.TypesInfo.TypeOf(selector.X))
		switch path + "." + kind {
		case "hash.Hash", "strings.Builder", "bytes.Buffer", "hash.Hash32", "hash.Hash64":
			return true
		case "io.ReadCloser":
			return selector.Sel.Name == "Close"
		case "net/http.ResponseWriter":
			// The status is sent and the caller is gone: there is nobody left to tell.
			return selector.Sel.Name == "Write"
		}
	}
	return false
}

// ends says that the call gives something back that is no longer needed; it is deferred where nothing more can fail.
func ends(pass *analysis.Pass, call *ast.CallExpr) bool {
	selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && (selector.Sel.Name == "Close" || selector.Sel.Name == "Rollback") && len(call.Args) <= 1
}

// called is what a person would call the call: things.Save
func called(call *ast.CallExpr) string {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return "the call"
}
