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

// who keeps drafts of different people apart even where the page does not say.
func (o OfficeArgs) who() string {
	if o.Who != "" {
		return o.Who
	}
	return o.User.Name + "/" + o.User.Post
}
