// What the language of expressions has, and what it refuses.

package derive

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// reader looks through an expression: it lets only through what the language is to have, makes every number a
// floating point, and every tag("name") a name.
type reader struct {
	seen  int // terms; what stands in the middle of 1 < a < 2 counts twice, as it is reckoned
	names []string
	fault *Fault
}

// The operators. Whether they go with what the tags say shows only when that comes.
var (
	unary  = []string{"-", "+", "!", "not"}
	binary = []string{"+", "-", "*", "/", "**", "^", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "and", "or"}
)

func (r *reader) read(at *ast.Node) {
	if r.seen++; r.seen > 2*mostNode {
		r.refuse(*at, "it is too long; divide it among several derived tags")
	}
	if r.fault != nil {
		return
	}
	switch n := (*at).(type) {
	case *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
	case *ast.IntegerNode:
		ast.Patch(at, &ast.FloatNode{Value: float64(n.Value)})
	case *ast.IdentifierNode:
		r.name(at, n.Value)
	case *ast.UnaryNode:
		r.operator(n, n.Operator, unary)
		r.read(&n.Node)
	case *ast.BinaryNode:
		r.operator(n, n.Operator, binary)
		r.read(&n.Left)
		r.read(&n.Right)
		r.decide(at, n)
	case *ast.ConditionalNode:
		r.read(&n.Cond)
		r.read(&n.Exp1)
		r.read(&n.Exp2)
	case *ast.CallNode:
		r.call(at, n)
	case *ast.BuiltinNode:
		r.refuse(n, "there is no function %s; use %s", n.Name, known())
	default:
		r.refuse(n, "only numbers, texts, true, false, tags, operators and %s can stand here", known())
	}
}

func (r *reader) refuse(n ast.Node, format string, args ...any) {
	if r.fault == nil {
		r.fault = &Fault{n.Location().From + 1, fmt.Sprintf(format, args...)}
	}
}

func (r *reader) operator(n ast.Node, operator string, allowed []string) {
	if !slices.Contains(allowed, operator) {
		r.refuse(n, "there is no operator %s; use + - * / ^ == != < <= > >= and or not, and mod(a, b) for what is left", operator)
	}
}

// decide makes "and" and "or" give true or false, and nothing else.
func (r *reader) decide(at *ast.Node, n *ast.BinaryNode) {
	yes, no := ast.Node(&ast.BoolNode{Value: true}), ast.Node(&ast.BoolNode{})
	right := &ast.ConditionalNode{Cond: n.Right, Exp1: yes, Exp2: no}
	switch n.Operator {
	case "and", "&&":
		ast.Patch(at, &ast.ConditionalNode{Cond: n.Left, Exp1: right, Exp2: no})
	case "or", "||":
		ast.Patch(at, &ast.ConditionalNode{Cond: n.Left, Exp1: yes, Exp2: right})
	}
}

func (r *reader) name(at *ast.Node, name string) {
	ast.Patch(at, &ast.IdentifierNode{Value: key(name)})
	if !slices.Contains(r.names, name) {
		r.names = append(r.names, name)
	}
}

// called is the name of the function that a node calls; "" for none.
func called(n ast.Node) (name string, call *ast.CallNode) {
	call, is := n.(*ast.CallNode)
	if !is {
		return "", nil
	}
	if callee, plain := call.Callee.(*ast.IdentifierNode); plain {
		name = callee.Value
	}
	return name, call
}

// first reads first(a, b, …), which takes tags alone and is a formula by itself; false for any other.
func (r *reader) first(n ast.Node) bool {
	name, call := called(n)
	if name != "first" {
		return false
	}
	if len(call.Arguments) < 2 || len(call.Arguments) > mostFirst {
		r.refuse(n, "first takes two to %d tags: first(a, b)", mostFirst)
	}
	for i, a := range call.Arguments {
		at := &call.Arguments[i]
		if one, is := a.(*ast.IdentifierNode); is {
			r.name(at, one.Value)
		} else if name, of := called(a); name == "tag" {
			r.quoted(at, of)
		} else {
			r.refuse(a, "first takes tags alone; give what is reckoned a derived tag of its own")
		}
	}
	return true
}

// mostFirst is of how many tags the first that is known is taken.
const mostFirst = 20

// quoted reads tag("name").
func (r *reader) quoted(at *ast.Node, n *ast.CallNode) {
	name, is := (*ast.StringNode)(nil), len(n.Arguments) == 1
	if is {
		name, is = n.Arguments[0].(*ast.StringNode)
	}
	if !is || name.Value == "" {
		r.refuse(n, `write the name of a tag between quotes: tag("zone-1")`)
		return
	}
	r.name(at, name.Value)
}

// call reads a call of a function; tag("name") becomes the name.
func (r *reader) call(at *ast.Node, n *ast.CallNode) {
	callee, plain := n.Callee.(*ast.IdentifierNode)
	if !plain {
		r.refuse(n, "only functions can be called: %s", known())
		return
	}
	switch callee.Value {
	case "tag":
		r.quoted(at, n)
		return
	case "first":
		r.refuse(n, "first stands alone, and is not reckoned with: give it a derived tag of its own")
		return
	}
	if _, is := functions()[callee.Value]; !is {
		r.refuse(n, "there is no function %s; use %s", callee.Value, known())
		return
	}
	for i := range n.Arguments {
		r.read(&n.Arguments[i])
	}
}
