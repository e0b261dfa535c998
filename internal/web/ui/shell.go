package ui

import "anju/internal/i18n"

// windowTitle names the page, the product and the county, the nearest first.
func (p PageArgs) windowTitle() string {
	t := i18n.T("ui.product.name")
	if p.Title != "" {
		t = p.Title + " · " + t
	}
	if p.County != "" {
		t += " · " + p.County
	}
	return t
}

func (o OfficeArgs) home() string {
	if o.HomeURL != "" {
		return o.HomeURL
	}
	return "/"
}
