package orders_test

import (
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"millwright/internal/web/api/items"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/orders"
)

func TestTheOperationsStandBesideThoseOfItems(t *testing.T) {
	b := &operation.Book{API: humaecho.New(echo.New(), huma.DefaultConfig("test", "1"))}
	items.Mount(b, items.Deps{})
	orders.Mount(b, orders.Deps{})
	if n := len(b.API.OpenAPI().Paths); n < 30 {
		t.Errorf("only %d paths are described", n)
	}
}
