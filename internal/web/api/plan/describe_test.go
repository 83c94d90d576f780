package plan_test

import (
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/plan"
	"millwright/internal/web/api/work"
)

func TestEveryOperationOfPlanningIsDescribed(t *testing.T) {
	api := humago.New(http.NewServeMux(), huma.DefaultConfig("test", "1"))
	b := &operation.Book{API: api}
	plan.Mount(b, plan.Deps{})
	work.Mount(b, work.Deps{})
	described := 0
	for _, item := range api.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post} {
			if op != nil {
				described++
			}
		}
	}
	if described == 0 || described != len(b.Routes) {
		t.Errorf("%d of %d are described", described, len(b.Routes))
	}
}
