package derive

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
)

// function makes a function of numbers; its type says how many it takes.
func function(name string, kind any, f func(x []float64) float64) *builtin.Function {
	return &builtin.Function{
		Name: name, Types: []reflect.Type{reflect.TypeOf(kind)},
		Func: func(params ...any) (any, error) {
			x := make([]float64, len(params))
			for i, p := range params {
				v, is := p.(float64)
				if !is {
					return nil, fmt.Errorf("%s is for numbers", name)
				}
				x[i] = v
			}
			return f(x), nil
		},
	}
}

type (
	ofOne  = func(float64) float64
	ofTwo  = func(float64, float64) float64
	ofAny  = func(float64, ...float64) float64
	ofUpTo = func(x, low, high float64) float64
)

// functions are all that expressions can call.
func functions() conf.FunctionsTable {
	one := func(f ofOne) func([]float64) float64 {
		return func(x []float64) float64 { return f(x[0]) }
	}
	all := conf.FunctionsTable{}
	for _, f := range []*builtin.Function{
		function("abs", ofOne(nil), one(math.Abs)),
		function("floor", ofOne(nil), one(math.Floor)),
		function("ceil", ofOne(nil), one(math.Ceil)),
		function("sqrt", ofOne(nil), one(math.Sqrt)),
		function("round", ofAny(nil), round),
		function("min", ofAny(nil), slices.Min[[]float64]),
		function("max", ofAny(nil), slices.Max[[]float64]),
		function("avg", ofAny(nil), average),
		function("mod", ofTwo(nil), func(x []float64) float64 { return math.Mod(x[0], x[1]) }),
		function("clamp", ofUpTo(nil), func(x []float64) float64 { return math.Max(x[1], math.Min(x[2], x[0])) }),
	} {
		all[f.Name] = f
	}
	return all
}

// known lists the functions for people.
func known() string {
	return strings.Join(slices.Sorted(maps.Keys(functions())), ", ") + ", first and tag"
}

// round rounds half away from zero, to whole numbers or to so many digits behind the point.
func round(x []float64) float64 {
	if len(x) == 1 {
		return math.Round(x[0])
	}
	power := math.Pow(10, math.Round(x[1]))
	return math.Round(x[0]*power) / power
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}
