package staff

import (
	"context"
	"net/http"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/web/gate"
)

// again shows the page of a thing once more, with what was wrong at its fields.
type again func(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error

// act is the address of an act on the thing an address names: once for each
// form, and then back to the thing's page below at.
func act[ID ~string, T any](at, done string, show again, do func(context.Context, actor.Actor, db.Key, ID) (T, error)) gate.Handler {
	return say(at, done, "", show, func(ctx context.Context, by actor.Actor, key db.Key, id ID, _ string) (T, error) {
		return do(ctx, by, key, id)
	})
}

// say is act with what was written in a field.
func say[ID ~string, T any](at, done, field string, show again, do func(context.Context, actor.Actor, db.Key, ID, string) (T, error)) gate.Handler {
	return func(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
		id := r.PathValue("id")
		_, err := do(r.Context(), s.Actor, gate.Key(r), ID(id), gate.Trim(r, field))
		if wrong, ok := gate.Invalid(err); ok {
			return show(w, r, s, wrong)
		}
		if err != nil {
			return err
		}
		return gate.See(w, r, at+id+"?done="+done)
	}
}
