package ui

// Icon names a drawing of the sprite that every page carries.
type Icon string

// The icons of the rail and of the top bar.
const (
	IconNow    Icon = "now"
	IconLines  Icon = "lines"
	IconTrends Icon = "trends"
	IconAdmin  Icon = "admin"
	IconWall   Icon = "wall"
	IconBook   Icon = "book"
	IconUser   Icon = "user"
	IconTheme  Icon = "theme"
	IconExit   Icon = "exit"
	IconAlert  Icon = "alert"
	IconPen    Icon = "pen"
)
