package calls

func severalLines(rows []Response) bool { return len(rows) > 0 && rows[0].Line != "" }

// outcome says how far a call has come.
func outcome(c Call) string {
	switch {
	case c.Answered == "":
		return "nobody has come yet"
	case c.Done == "":
		return c.Answered
	}
	return c.Answered + ", " + c.Done
}
