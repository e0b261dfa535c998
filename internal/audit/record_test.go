package audit_test

import (
	"bytes"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/audit"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/seal"
)

// A signed copy is for who may see the record, says the same, and breaks when
// a letter of it is changed.
func TestSignedRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.FromSeed(1)
		s := &audit.Service{DB: d, Sign: func(text string) ([]byte, error) { return keys.SignCheckpoint(audit.RecordOrigin, text) }}
		_, p := world(t, d)
		subject := "person/" + string(p)
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"nobody":           {actor.Actor{}, fault.NotFound},
			"another station":  {as(actor.Registrar, far), fault.NotFound},
			"a grid worker":    {as(actor.GridWorker, village+"001"), fault.Forbidden},
			"a window":         {as(actor.TownWindow, station), fault.Forbidden},
			"an administrator": {as(actor.SystemAdmin, county), fault.Forbidden},
		} {
			var out bytes.Buffer
			if err := s.Record(t.Context(), tt.by, subject, &out); fault.KindOf(err) != tt.want && fault.KindOf(err) != fault.NotFound || err == nil || out.Len() > 0 {
				t.Errorf("%s: %d bytes, %v", who, out.Len(), err)
			}
		}
		key, err := keys.CheckpointKey(audit.RecordOrigin)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := s.Record(t.Context(), as(actor.Registrar, station), subject, &out); err != nil {
			t.Fatal(err)
		}
		text, err := seal.VerifyCheckpoint(out.Bytes(), key)
		if err != nil || !strings.Contains(text, subject) || !strings.Contains(text, "李桃花") || strings.Contains(text, "⟦") {
			t.Errorf("%v\n%s", err, text)
		}
		if _, err := seal.VerifyCheckpoint(bytes.Replace(out.Bytes(), []byte("李桃花"), []byte("李桃红"), 1), key); err == nil {
			t.Error("a changed letter is not noticed")
		}
		other, _ := seal.FromSeed(2).CheckpointKey(audit.RecordOrigin)
		if _, err := seal.VerifyCheckpoint(out.Bytes(), other); err == nil {
			t.Error("another county's key verifies it")
		}
	})
}

// One's own record is one's own, and says nothing of anybody it is about.
func TestOwnRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.FromSeed(1)
		s := &audit.Service{DB: d, Sign: func(text string) ([]byte, error) { return keys.SignCheckpoint(audit.RecordOrigin, text) }}
		_, p := world(t, d)
		me, other := as(actor.GridWorker, village+"001"), as(actor.GridWorker, village+"001")
		other.Account = "other"
		for _, by := range []actor.Actor{me, other} {
			if err := d.Write(t.Context(), by, "person.update", func(tx *db.Tx) error {
				return tx.RecordAll("person/"+string(p), 1, "李桃花 "+by.Account)
			}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Own(t.Context(), actor.Actor{}, 0, 10); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
		deeds, err := s.Own(t.Context(), me, 0, 10)
		if err != nil || len(deeds) != 1 || deeds[0].Subject != "person/"+string(p) {
			t.Errorf("%+v, %v", deeds, err)
		}
		if more, err := s.Own(t.Context(), me, deeds[0].N, 10); err != nil || len(more) != 0 {
			t.Errorf("before the first: %+v, %v", more, err)
		}
		var out bytes.Buffer
		if err := s.OwnRecord(t.Context(), me, &out); err != nil || strings.Contains(out.String(), "李桃花") || strings.Contains(out.String(), "other") || !strings.Contains(out.String(), string(p)) {
			t.Errorf("%v\n%s", err, out.String())
		}
	})
}
