package ui

// Icon names a drawing of the sprite that every page carries.
type Icon string

// The icons. Those of states are named after their Tone.
const (
	IconNow    Icon = "now"
	IconLines  Icon = "lines"
	IconLosses Icon = "losses"
	IconTrends Icon = "trends"
	IconHealth Icon = "health"
	IconAdmin  Icon = "admin"
	IconWall   Icon = "wall"
	IconBook   Icon = "book"
	IconUser   Icon = "user"
	IconTheme  Icon = "theme"
	IconExit   Icon = "exit"
	IconAlert  Icon = "alert"
	IconPen    Icon = "pen"
	IconCheck  Icon = "check"
	IconCross  Icon = "cross"
	IconLeft   Icon = "left"
	IconRight  Icon = "right"
	IconPlus   Icon = "plus"
	IconMinus  Icon = "minus"
	IconReset  Icon = "reset"
	IconBox    Icon = "box"
	IconFlag   Icon = "flag"
)
