package item

import (
	"fmt"
	"strings"
)

// mostCode is how long a barcode may be.
const mostCode = 48

// CheckCode tells what is wrong with a barcode: a GTIN (GS1) of 8, 12, 13 or 14 digits must end with its check digit;
// any other text of letters that a Code 128 can carry is a code of the plant's own.
func CheckCode(code string) error {
	if len(code) > mostCode {
		return fmt.Errorf("the code has %d letters; the most is %d", len(code), mostCode)
	}
	for _, c := range code {
		if c < ' ' || c > '~' {
			return fmt.Errorf("the code holds %q: a barcode carries plain letters, digits and signs only", c)
		}
	}
	if !GTIN(code) {
		return nil
	}
	if right := CheckDigit(code[:len(code)-1]); right != code[len(code)-1] {
		return fmt.Errorf("the check digit of %s is wrong: the last digit should be %c", code, right)
	}
	return nil
}

// GTIN tells whether a code has the form of a Global Trade Item Number.
func GTIN(code string) bool {
	switch len(code) {
	case 8, 12, 13, 14:
		return strings.Trim(code, "0123456789") == ""
	}
	return false
}

// CheckDigit gives the digit that follows others in a GTIN: from the right, every second one counts threefold.
func CheckDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		weight := 1
		if (len(digits)-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(digits[i]-'0')
	}
	return byte('0' + (10-sum%10)%10)
}
