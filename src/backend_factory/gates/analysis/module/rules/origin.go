package rules

import (
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/ssa"
)

// origin tells text that the program holds itself from text that comes from elsewhere. It follows values through the
// functions of one package, and knows of other packages what they left as facts; what it cannot follow is not the program's.
type origin struct {
	pass   *analysis.Pass
	calls  map[*ssa.Function][]*ssa.CallCommon
	values map[*ssa.Function]bool // used otherwise than by being called: then who calls them is unknown
	stores map[*types.Var][]ssa.Value
	seen   map[ssa.Value]bool
}

// pure are functions whose text is made of nothing but their arguments.
var pure = regexp.MustCompile(`^(strings|strconv|slices|maps|fmt|unicode|path|github\.com/aws/aws-sdk-go-v2/aws)$`)

const expressionBuilder = "/feature/dynamodb/expression"

func newOrigin(pass *analysis.Pass, built *buildssa.SSA) *origin {
	o := &origin{pass: pass, calls: map[*ssa.Function][]*ssa.CallCommon{}, values: map[*ssa.Function]bool{}, stores: map[*types.Var][]ssa.Value{}}
	for _, function := range built.SrcFuncs {
		for _, block := range function.Blocks {
			for _, instruction := range block.Instrs {
				o.index(instruction)
			}
		}
	}
	return o
}

func (o *origin) index(instruction ssa.Instruction) {
	var called ssa.Value
	if call, ok := instruction.(ssa.CallInstruction); ok {
		if static := call.Common().StaticCallee(); static != nil {
			o.calls[generic(static)] = append(o.calls[generic(static)], call.Common())
			called = call.Common().Value
		}
	}
	if store, ok := instruction.(*ssa.Store); ok {
		if field, ok := store.Addr.(*ssa.FieldAddr); ok {
			o.stores[member(field.X.Type(), field.Field)] = append(o.stores[member(field.X.Type(), field.Field)], store.Val)
		}
	}
	for _, operand := range instruction.Operands(nil) {
		if function, ok := (*operand).(*ssa.Function); ok && *operand != called {
			o.values[generic(function)] = true
		}
	}
}

// own says whether the value holds only text that the program itself holds.
func (o *origin) own(v ssa.Value) bool {
	o.seen = map[ssa.Value]bool{}
	return o.is(v, nil)
}

// export leaves a fact about a function that other packages can call.
func (o *origin) export(function *ssa.Function) {
	object, ok := function.Object().(*types.Func)
	if !ok || !object.Exported() || function.Signature.Results().Len() == 0 {
		return
	}
	o.seen = map[ssa.Value]bool{}
	if o.returned(function, 0, func(*ssa.Parameter) (ssa.Value, bool) { return nil, false }) {
		o.pass.ExportObjectFact(object, &ownText{})
	}
}

type binding func(*ssa.Parameter) (ssa.Value, bool)

func (o *origin) is(v ssa.Value, given binding) bool {
	if v == nil || !holdsText(v.Type()) || o.seen[v] {
		return true
	}
	o.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const, *ssa.Builtin:
		return true
	case *ssa.BinOp:
		return o.is(v.X, given) && o.is(v.Y, given)
	case *ssa.Phi:
		return o.all(v.Edges, given)
	case *ssa.Convert:
		return o.is(v.X, given)
	case *ssa.ChangeType:
		return o.is(v.X, given)
	case *ssa.MakeInterface:
		return o.is(v.X, given)
	case *ssa.ChangeInterface:
		return o.is(v.X, given)
	case *ssa.TypeAssert:
		return o.is(v.X, given)
	case *ssa.UnOp:
		return o.is(v.X, given)
	case *ssa.Slice:
		return o.is(v.X, given)
	case *ssa.IndexAddr:
		return o.is(v.X, given)
	case *ssa.Index:
		return o.is(v.X, given)
	case *ssa.Lookup:
		return o.is(v.X, given)
	case *ssa.Next:
		return o.is(v.Iter, given)
	case *ssa.Range:
		return o.is(v.X, given)
	case *ssa.Extract:
		return o.is(v.Tuple, given)
	case *ssa.Alloc:
		return o.written(v, given)
	case *ssa.MakeMap:
		return o.written(v, given)
	case *ssa.MakeSlice:
		return o.written(v, given)
	case *ssa.Global:
		return o.global(v)
	case *ssa.FieldAddr:
		return o.field(v.X, v.Field, given)
	case *ssa.Field:
		return o.field(v.X, v.Field, given)
	case *ssa.Parameter:
		return o.parameter(v, given)
	case *ssa.FreeVar:
		return o.free(v, given)
	case *ssa.Call:
		return o.call(v, given)
	}
	return false
}

func (o *origin) all(values []ssa.Value, given binding) bool {
	for _, each := range values {
		if !o.is(each, given) {
			return false
		}
	}
	return true
}

// written says whether everything that is put into the variable, map or list is the program's own.
func (o *origin) written(v ssa.Value, given binding) bool {
	if v.Referrers() == nil {
		return false
	}
	for _, use := range *v.Referrers() {
		switch use := use.(type) {
		case *ssa.Store:
			if use.Addr == v && !o.is(use.Val, given) {
				return false
			}
		case *ssa.MapUpdate:
			if use.Map == v && !(o.is(use.Value, given) && o.is(use.Key, given)) {
				return false
			}
		case *ssa.IndexAddr:
			if !o.written(use, given) {
				return false
			}
		case *ssa.FieldAddr:
			if !o.written(use, given) {
				return false
			}
		case *ssa.Slice:
			if !o.written(use, given) {
				return false
			}
		case *ssa.Call:
			// A builder is filled by what is called on it.
			if path, name := named(v.Type()); path == "strings" && name == "Builder" || path == "bytes" && name == "Buffer" {
				for _, argument := range use.Call.Args {
					if argument != v && !o.is(argument, given) {
						return false
					}
				}
			}
		case *ssa.MakeInterface:
			if !o.written(use, given) {
				return false
			}
		}
	}
	return true
}

func (o *origin) global(v *ssa.Global) bool {
	if v.Pkg.Pkg != o.pass.Pkg {
		return true // A variable of a package is the program's own text unless its package changes it.
	}
	initial := v.Pkg.Func("init")
	own := true
	ssaInstructions(initial, func(i ssa.Instruction) {
		if store, ok := i.(*ssa.Store); ok && store.Addr == v {
			own = own && o.is(store.Val, nil)
		}
	})
	return own
}

func (o *origin) field(holder ssa.Value, index int, given binding) bool {
	variable := member(holder.Type(), index)
	if variable.Exported() || len(o.stores[variable]) == 0 {
		return false
	}
	return o.all(o.stores[variable], given)
}

// parameter follows a value to those who call the function, if they are all known.
func (o *origin) parameter(v *ssa.Parameter, given binding) bool {
	if given != nil {
		if value, bound := given(v); bound {
			return o.is(value, nil)
		}
	}
	function := generic(v.Parent())
	object := function.Object()
	calls := o.calls[function]
	if object == nil || object.Exported() || o.values[function] || len(calls) == 0 {
		return false
	}
	for i, parameter := range v.Parent().Params {
		for _, call := range calls {
			if parameter == v && (i >= len(call.Args) || !o.is(call.Args[i], nil)) {
				return false
			}
		}
	}
	return true
}

func (o *origin) free(v *ssa.FreeVar, given binding) bool {
	function := v.Parent()
	own, found := true, false
	ssaInstructions(function.Parent(), func(i ssa.Instruction) {
		if closure, ok := i.(*ssa.MakeClosure); ok && closure.Fn == function {
			for at, variable := range function.FreeVars {
				if variable == v {
					found = true
					own = own && o.is(closure.Bindings[at], given)
				}
			}
		}
	})
	return found && own
}

func (o *origin) call(v *ssa.Call, given binding) bool {
	common := v.Common()
	if _, builtin := common.Value.(*ssa.Builtin); builtin {
		return o.all(common.Args, given)
	}
	function, ok := calledFunction(common)
	if !ok || function.Pkg() == nil {
		return false
	}
	path, receiver := function.Pkg().Path(), function.Type().(*types.Signature).Recv()
	switch {
	case strings.HasSuffix(path, expressionBuilder):
		return true
	case pure.MatchString(path) && !common.IsInvoke():
		if receiver != nil {
			return len(common.Args) > 0 && o.written(common.Args[0], given)
		}
		return o.all(common.Args, given)
	case path != o.pass.Pkg.Path():
		return o.pass.ImportObjectFact(function.Origin(), &ownText{})
	}
	static := common.StaticCallee()
	if static == nil || common.IsInvoke() {
		return false
	}
	return o.returned(static, 0, func(p *ssa.Parameter) (ssa.Value, bool) {
		for i, parameter := range static.Params {
			if parameter == p && i < len(common.Args) {
				return common.Args[i], true
			}
		}
		return nil, false
	})
}

// returned says whether every result of the function is the program's own text.
func (o *origin) returned(function *ssa.Function, _ int, given binding) bool {
	if len(function.Blocks) == 0 {
		return false
	}
	own := true
	ssaInstructions(function, func(i ssa.Instruction) {
		if back, ok := i.(*ssa.Return); ok {
			for _, result := range back.Results {
				own = own && (isError(result.Type()) || o.is(result, given))
			}
		}
	})
	return own
}

func ssaInstructions(function *ssa.Function, visit func(ssa.Instruction)) {
	if function == nil {
		return
	}
	for _, block := range function.Blocks {
		for _, instruction := range block.Instrs {
			visit(instruction)
		}
	}
}

// generic is the function that an instance was made of.
func generic(function *ssa.Function) *ssa.Function {
	if from := function.Origin(); from != nil {
		return from
	}
	return function
}

func member(holder types.Type, index int) *types.Var {
	if pointer, ok := holder.Underlying().(*types.Pointer); ok {
		holder = pointer.Elem()
	}
	return holder.Underlying().(*types.Struct).Field(index).Origin()
}

// holdsText says whether a value of the type can hold text: numbers and truth values cannot.
func holdsText(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsNumeric|types.IsBoolean) == 0
	case *types.Pointer:
		return holdsText(t.Elem())
	}
	return true
}
