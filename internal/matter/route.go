package matter

import "anju/internal/grid"

// Routed is what the table of routes calls a category, "" of none.
func Routed(category string) string {
	if category == "" {
		return ""
	}
	return grid.OfMatter + category
}
