package internal_test

import (
	"context"
	"go/ast"
	"reflect"
	"slices"
	"testing"

	"anju/internal/accepting"
	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/adjust"
	"anju/internal/audit"
	"anju/internal/baseline"
	"anju/internal/booklet"
	"anju/internal/community"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/duplicate"
	"anju/internal/dwelling"
	"anju/internal/election"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/importer"
	"anju/internal/ledger"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/network"
	"anju/internal/overview"
	"anju/internal/party"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/regrid"
	"anju/internal/relocation"
	"anju/internal/request"
	"anju/internal/residence"
	"anju/internal/seal"
	"anju/internal/visit"
)

// services are all that guards. A new Service is added here, by its package.
func services(d *db.DB, k *seal.Keys) map[string]any {
	return map[string]any{
		"deadline":     &deadline.Service{DB: d},
		"account":      &account.Service{DB: d, Keys: k},
		"division":     &division.Service{DB: d},
		"dwelling":     &dwelling.Service{DB: d, Seen: residence.HouseSeen},
		"person":       &person.Service{DB: d, Keys: k, Places: residence.PersonPlaces},
		"grid":         &grid.Service{DB: d, Keys: k},
		"entitlement":  &entitlement.Service{DB: d, Keys: k},
		"election":     &election.Service{DB: d, Keys: k},
		"baseline":     &baseline.Service{DB: d},
		"request":      &request.Service{DB: d, Keys: k},
		"relocation":   &relocation.Service{DB: d, Keys: k},
		"booklet":      &booklet.Service{DB: d, Keys: k},
		"accepting":    &accepting.Service{DB: d},
		"registration": &registration.Service{DB: d, Keys: k},
		"duplicate":    &duplicate.Service{DB: d, Keys: k},
		"visit":        &visit.Service{DB: d},
		"matter":       &matter.Service{DB: d, Keys: k},
		"mediation":    &mediation.Service{DB: d, Keys: k},
		"party":        &party.Service{DB: d, Keys: k},
		"network":      &network.Service{DB: d, Keys: k},
		"regrid":       &regrid.Service{DB: d, Keys: k},
		"overview":     &overview.Service{DB: d, Keys: k},
		"adjust":       &adjust.Service{DB: d},
		"community":    &community.Service{DB: d},
		"ledger":       &ledger.Service{DB: d},
		"importer":     &importer.Service{DB: d, Keys: k},
		"audit":        &audit.Service{DB: d},
	}
}

// unguarded are exported methods that no person can call: jobs and sweeps are
// handed over to the program itself.
var unguarded = []string{"matter.Sweeper", "matter.LapseDue", "matter.Handlers", "request.Handlers", "mediation.Handlers", "regrid.Handlers", "regrid.Apply", "importer.Handlers", "duplicate.Handlers", "booklet.Handlers", "entitlement.Handlers", "network.Handlers"}

var (
	contextType = reflect.TypeFor[context.Context]()
	actorType   = reflect.TypeFor[actor.Actor]()
	errorType   = reflect.TypeFor[error]()
)

// TestStrangersAreTurnedAway is the second rule of the house: every method of
// a Service asks who is asking, and has nothing for somebody who is nobody.
func TestStrangersAreTurnedAway(t *testing.T) {
	d, _ := dbtest.SQLite(t)
	people := map[string]actor.Actor{
		"nobody":          {},
		"a name, no post": {Account: "x", Name: "x", Paths: []string{"610929"}},
		"a made-up post":  {Account: "x", Name: "x", Kind: "mayor", Paths: []string{"610929"}},
	}
	for pkg, s := range services(d, seal.FromSeed(1)) {
		v := reflect.ValueOf(s)
		for i := range v.NumMethod() {
			m := v.Type().Method(i)
			name := pkg + "." + m.Name
			if slices.Contains(unguarded, name) {
				continue
			}
			f := m.Type
			if f.NumIn() < 3 || f.In(1) != contextType || f.In(2) != actorType || f.NumOut() == 0 || f.Out(f.NumOut()-1) != errorType {
				t.Errorf("%s: want (ctx, by actor.Actor, …) (…, error); it is %v", name, f)
				continue
			}
			for who, by := range people {
				err := call(t, name, v.Method(i), by)
				if k := fault.KindOf(err); k != fault.NotFound && k != fault.Forbidden {
					t.Errorf("%s lets %s in: %v", name, who, err)
				}
			}
		}
	}
}

// call calls a method as by, with nothing else given.
func call(t *testing.T, name string, m reflect.Value, by actor.Actor) (err error) {
	defer func() {
		if v := recover(); v != nil {
			t.Errorf("%s touches what it is given before it asks who is asking: %v", name, v)
			err = fault.New(fault.Forbidden, "policy.forbidden")
		}
	}()
	args := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(by)}
	for i := 2; i < m.Type().NumIn(); i++ {
		args = append(args, reflect.Zero(m.Type().In(i)))
	}
	out := m.Call(args)
	err, _ = out[len(out)-1].Interface().(error)
	return err
}

// TestEveryServiceIsAsked: the list above leaves none out.
func TestEveryServiceIsAsked(t *testing.T) {
	var have []string
	for _, f := range program(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && s.Name.Name == "Service" {
				have = append(have, f.pkg)
			}
			return true
		})
	}
	d, _ := dbtest.SQLite(t)
	asked := services(d, nil)
	for _, p := range have {
		if asked[p] == nil {
			t.Errorf("%s.Service is not in the list of doors_test.go", p)
		}
	}
	if len(have) != len(asked) {
		t.Errorf("services of %v; asked are %d", have, len(asked))
	}
}
