package plant

import "testing"

func TestMoneyIsExact(t *testing.T) {
	m, err := ParseMoney("4.50")
	if err != nil || m != 4_500_000 || m.String() != "4.5" {
		t.Fatalf("4.50 is read as %s, %v", m, err)
	}
	if third, ok := m.Times(1, 3); !ok || third.String() != "1.5" {
		t.Errorf("a third is %s", third)
	}
	if _, ok := m.Times(1, 0); ok {
		t.Error("money is divided by nothing")
	}
	if _, err := ParseMoney("4,50 EUR"); err == nil {
		t.Error("4,50 EUR is taken")
	}
}
