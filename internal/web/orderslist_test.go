package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestProgramsListOrders(t *testing.T) {
	k := newShop(t)
	add := func(key, body string, status int) string {
		t.Helper()
		k.sales.header.Set("Idempotency-Key", key)
		a := k.sales.send("/api/v1/sales/orders", body)
		if a.status != status {
			t.Fatalf("%d, want %d: %s", a.status, status, a.body)
		}
		return a.body
	}
	order := func(n int) string {
		return fmt.Sprintf(`{"partner": "C-100", "reference": "R-%d", "lines": [{"item": "V-1", "quantity": %d, "price": 4, "due": "2026-12-2%d"}]}`, n, n, n)
	}
	for n := 1; n <= 3; n++ {
		add(fmt.Sprint("key ", n), order(n), http.StatusCreated)
	}
	first := add("key 1", order(1), http.StatusCreated)
	if !strings.Contains(first, `"number":"SO-000001"`) {
		t.Error(first)
	}
	if body := add("key 1", order(2), http.StatusUnprocessableEntity); !strings.Contains(body, "used for another request") {
		t.Error(body)
	}
	k.sales.header.Set("Idempotency-Key", "key 4")
	if a := k.sales.send("/api/v1/sales/orders/2/confirm", `{"version": 1}`); a.status != http.StatusOK {
		t.Fatal(a.body)
	}
	list := func(query string) (numbers []string, next string) {
		t.Helper()
		a := k.viewer.get("/api/v1/lists/sales?columns=number,state,amount,due&" + query)
		var out struct {
			Rows []struct {
				Number, State, Due string
				Amount             json.Number
			}
			Next *string
		}
		if err := json.Unmarshal([]byte(a.body), &out); err != nil || a.status != http.StatusOK {
			t.Fatalf("%d %s: %v", a.status, a.body, err)
		}
		for _, r := range out.Rows {
			numbers = append(numbers, fmt.Sprintf("%s %s %v %s", r.Number, r.State, r.Amount, r.Due))
		}
		if out.Next != nil {
			next = *out.Next
		}
		return numbers, next
	}
	if got, _ := list("filter=state%3Dfirm"); fmt.Sprint(got) != "[SO-000002 firm 8 2026-12-22]" {
		t.Error(got)
	}
	got, next := list("limit=2")
	rest, last := list("limit=2&after=" + next)
	if all := fmt.Sprint(append(got, rest...)); all != "[SO-000003 open 12 2026-12-23 SO-000002 firm 8 2026-12-22 SO-000001 open 4 2026-12-21]" || last != "" {
		t.Errorf("%s, then %q", all, last)
	}
	if got, _ := list("q=r-3"); len(got) != 1 {
		t.Error(got)
	}
	for path, status := range map[string]int{"/api/v1/lists/sales?filter=state%3Dgiven": 422, "/api/v1/lists/purchase": 200, "/api/v1/lists/sales?sort=partner": 422} {
		if a := k.viewer.get(path); a.status != status {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
