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

func TestWhatIsPaidIsWholeCents(t *testing.T) {
	for _, c := range []struct{ currency, exact, paid string }{
		{"EUR", "0.999", "1"},
		{"EUR", "0.005", "0.01"},
		{"EUR", "0.004999", "0"},
		{"EUR", "-0.005", "-0.01"},
		{"EUR", "-0.004999", "0"},
		{"JPY", "1234.5", "1235"},
		{"JPY", "-1234.499999", "-1234"},
		{"KWD", "1.0005", "1.001"},
		{"", "2.675", "2.68"},
		{"EUR", "999999999999.995", "1000000000000"},
	} {
		m, err := ParseMoney(c.exact)
		if got := m.Paid(Cent(c.currency)); err != nil || got.String() != c.paid {
			t.Errorf("%s %s is paid as %s, want %s %v", c.exact, c.currency, got, c.paid, err)
		}
	}
	if m := Money(1); m.Paid(0) != m {
		t.Error("without a cent an amount stays exact")
	}
}

func TestAmountsHaveTheDecimalsOfTheirCurrency(t *testing.T) {
	for _, c := range []struct{ currency, amount, want string }{
		{"JPY", "1234", "1234"},
		{"JPY", "0.125", "0.125"},
		{"EUR", "1234", "1234.00"},
		{"EUR", "-0.5", "-0.50"},
		{"EUR", "1.0375", "1.0375"},
		{"", "7", "7.00"},
		{"KWD", "7.5", "7.500"},
	} {
		m, err := ParseMoney(c.amount)
		if got := m.In(Cent(c.currency)); err != nil || got != c.want {
			t.Errorf("%s %s is written %s, want %s", c.amount, c.currency, got, c.want)
		}
	}
	if got := Money(1_500_000).In(0); got != "1.5" {
		t.Errorf("without a cent it is %s", got)
	}
}
