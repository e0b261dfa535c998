package ui

// Icon names a drawing of the set. All are lines of 1.6 in a field of 20 × 20.
type Icon string

const (
	IconHome     Icon = "home"
	IconInbox    Icon = "inbox"
	IconPerson   Icon = "person"
	IconPeople   Icon = "people"
	IconHouse    Icon = "house"
	IconBuilding Icon = "building"
	IconBook     Icon = "book"
	IconMove     Icon = "move"
	IconFlow     Icon = "flow"
	IconRights   Icon = "rights"
	IconGrid     Icon = "grid"
	IconVisit    Icon = "visit"
	IconMatter   Icon = "matter"
	IconOrder    Icon = "order"
	IconChart    Icon = "chart"
	IconShield   Icon = "shield"
	IconLog      Icon = "log"
	IconImport   Icon = "import"
	IconExport   Icon = "export"
	IconPrint    Icon = "print"
	IconPlus     Icon = "plus"
	IconSearch   Icon = "search"
	IconBell     Icon = "bell"
	IconPhone    Icon = "phone"
	IconPin      Icon = "pin"
	IconCamera   Icon = "camera"
	IconClock    Icon = "clock"
	IconCalendar Icon = "calendar"
	IconGear     Icon = "gear"
	IconLock     Icon = "lock"
	IconEye      Icon = "eye"
	IconOut      Icon = "out"
	IconSwap     Icon = "swap"
	IconBack     Icon = "back"
	IconNext     Icon = "next"
	IconDown     Icon = "down"
	IconClose    Icon = "close"
	IconFile     Icon = "file"
	IconInfo     Icon = "info"
	IconGood     Icon = "good"
	IconWarn     Icon = "warn"
	IconBad      Icon = "bad"
	IconChat     Icon = "chat"
	IconMap      Icon = "map"
)

// paths holds the d attribute of each icon.
var paths = map[Icon]string{
	IconHome:     "M3 9.2 10 3l7 6.2M5 8v8.5h10V8M8.3 16.5v-5h3.4v5",
	IconInbox:    "M3 11.5 5.2 4h9.6l2.2 7.5V16H3zM3 11.5h4c0 1.6 1.3 2.6 3 2.6s3-1 3-2.6h4",
	IconPerson:   "M10 9.6a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM3.6 17c.5-3.4 3-5 6.4-5s5.9 1.6 6.4 5",
	IconPeople:   "M7.6 9.4a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8zM2 16.6c.4-3 2.6-4.5 5.6-4.5s5.2 1.5 5.6 4.5M13 4a2.7 2.7 0 0 1 0 5.2M15 12.6c1.7.6 2.7 1.9 3 4",
	IconHouse:    "M2.5 9.5 10 3.5l7.5 6M4.5 8.2V16.5h11V8.2M8 12h4v4.5H8z",
	IconBuilding: "M4 17V3.5h8V17M12 8h4v9M2.5 17h15M6.5 6.5h3M6.5 9.5h3M6.5 12.5h3",
	IconBook:     "M4.5 3.5h11v13h-9a2 2 0 0 1-2-2zM4.5 14.5a2 2 0 0 1 2-1.8h9M8 6.8h4.5",
	IconMove:     "M2.5 8.5 7 5l4.5 3.5M4 7.5V14h6V7.5M12.5 11.5h5M15.3 9l2.5 2.5-2.5 2.5",
	IconFlow:     "M3 6h11M11.5 3.3 14.2 6l-2.7 2.7M17 14H6M8.5 11.3 5.8 14l2.7 2.7",
	IconRights:   "M10 3v14M6 17h8M3.5 5.5h13M3.5 5.5 1.8 11a2.2 2.2 0 0 0 3.9 0zM16.5 5.5 14.3 11a2.2 2.2 0 0 0 3.9 0z",
	IconGrid:     "M3.5 3.5h5.5v5.5H3.5zM11 3.5h5.5v5.5H11zM3.5 11h5.5v5.5H3.5zM11 11h5.5v5.5H11z",
	IconVisit:    "M8 3.5c1.8 0 2.5 2 2.2 4.5l-.4 3H6.2L5.7 8C5.4 5.5 6.2 3.5 8 3.5zM6.4 13.2h3.3c.2 2-.5 3.3-1.7 3.3s-1.8-1.3-1.6-3.3zM13 7.5c1.5.2 2.2 1.7 1.8 3.7l-.5 2.3h-2.3",
	IconMatter:   "M5 17.5V3M5 4c3-1.5 5 1.5 10 0v8c-5 1.5-7-1.5-10 0",
	IconOrder:    "M4 3.5h12v13H4zM7 7h6M7 10h6M7 13h3",
	IconChart:    "M3 3v14h14M6.5 13.5v-3M10 13.5V6.5M13.5 13.5V9",
	IconShield:   "M10 2.5 16.5 5v5c0 4-2.7 6.5-6.5 7.5C6.2 16.5 3.5 14 3.5 10V5zM7.2 10l2 2 3.6-3.8",
	IconLog:      "M5 3h8l3 3v11H5zM12.5 3v3.5H16M8 10h5M8 13h5",
	IconImport:   "M10 3v9M6.5 8.7 10 12.2l3.5-3.5M3.5 13v3.5h13V13",
	IconExport:   "M10 12.5v-9M6.5 6.8 10 3.3l3.5 3.5M3.5 13v3.5h13V13",
	IconPrint:    "M6 7.5V3h8v4.5M6 13.5H3.5v-6h13v6H14M6 11.5h8V17H6z",
	IconPlus:     "M10 4v12M4 10h12",
	IconSearch:   "M8.8 14.5a5.7 5.7 0 1 0 0-11.4 5.7 5.7 0 0 0 0 11.4zM13 13l4 4",
	IconBell:     "M4.5 14h11c-1-1.2-1.4-2.5-1.4-4.8a4.1 4.1 0 0 0-8.2 0c0 2.3-.4 3.6-1.4 4.8zM8.3 16.5h3.4",
	IconPhone:    "M6.5 3.2 3.7 4.3c-.7 6.3 5.7 12.7 12 12l1.1-2.8-3.4-2-1.7 1.5c-2-.9-3.8-2.7-4.7-4.7l1.5-1.7z",
	IconPin:      "M10 17.5c-3.7-4-5.3-6.5-5.3-9a5.3 5.3 0 0 1 10.6 0c0 2.5-1.6 5-5.3 9zM10 10.4a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
	IconCamera:   "M3 6.5h3l1.3-2h5.4l1.3 2h3v9.5H3zM10 13.7a2.9 2.9 0 1 0 0-5.8 2.9 2.9 0 0 0 0 5.8z",
	IconClock:    "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.3l2.8 1.7",
	IconCalendar: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
	IconGear:     "M10 12.7a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM10 2.7v2M10 15.3v2M2.7 10h2M15.3 10h2M4.8 4.8l1.5 1.5M13.7 13.7l1.5 1.5M15.2 4.8l-1.5 1.5M6.3 13.7l-1.5 1.5",
	IconLock:     "M4.5 9h11v8h-11zM6.8 9V6.5a3.2 3.2 0 0 1 6.4 0V9M10 12v2",
	IconEye:      "M2 10c2-3.5 4.7-5.2 8-5.2s6 1.7 8 5.2c-2 3.5-4.7 5.2-8 5.2S4 13.5 2 10zM10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
	IconOut:      "M11.5 3.5H4v13h7.5M8.5 10h8.5M14 7l3 3-3 3",
	IconSwap:     "M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3",
	IconBack:     "M12.5 4 6.5 10l6 6",
	IconNext:     "m7.5 4 6 6-6 6",
	IconDown:     "m4.5 7.5 5.5 5.5 5.5-5.5",
	IconClose:    "m5 5 10 10M15 5 5 15",
	IconFile:     "M5 2.8h6.5L15.5 7v10.2H5zM11.3 3v4.3h4",
	IconInfo:     "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2v4.3M10 6.4v.3",
	IconGood:     "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM6.8 10.2l2.2 2.2 4.2-4.5",
	IconWarn:     "M10 3 18 16.5H2zM10 8v4M10 14.1v.3",
	IconBad:      "M7 3h6l4 4v6l-4 4H7l-4-4V7zM10 6.5v4.3M10 13.3v.3",
	IconChat:     "M3 4h14v9.5H9.5L6 16.5v-3H3zM6.5 7.5h7M6.5 10h4.5",
	IconMap:      "M3 5l4.7-1.8 4.6 1.8L17 3.2v11.8l-4.7 1.8-4.6-1.8L3 16.8zM7.7 3.2V15M12.3 5v11.8",
}

// marks holds the small filled shape of each tone, in a field of 10 × 10:
// a ring, a diamond, a tick, a triangle, a cross in an octagon.
var marks = map[Tone]string{
	Neutral: "M5 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zm0 1.6a1.9 1.9 0 1 1 0 3.8 1.9 1.9 0 0 1 0-3.8z",
	Info:    "M5 .8 9.2 5 5 9.2.8 5z",
	Good:    "M1.1 5.2 2.5 3.8l1.6 1.6 3.5-3.7 1.4 1.3-4.9 5.2z",
	Warn:    "M5 .8 9.7 9H.3z",
	Bad:     "M3.2.6h3.6l2.6 2.6v3.6L6.8 9.4H3.2L.6 6.8V3.2zm1 1.7.2 3.4h1.2l.2-3.4zm.1 4.2v1.3h1.4V6.5z",
}

func toneIcon(t Tone) Icon {
	switch t {
	case Good:
		return IconGood
	case Warn:
		return IconWarn
	case Bad:
		return IconBad
	}
	return IconInfo
}
