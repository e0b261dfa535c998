package network_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/party"
)

// TestReserveWaits: the work table counts the files of the reserve that wait for
// one's own word, and the corrections that one's community has to answer.
func TestReserveWaits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const community = "610929100001"
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			for id, state := range map[string]string{"he": party.ReserveAsked, "she": party.ReserveKept, "gone": party.ReserveEnded} {
				if err := db.Insert(tx, "reserve_file", party.Reserve{ID: id, Path: community, AccountID: id, Name: id, MetOn: today, Document: "1", State: state, ProposedBy: "x", Version: 1}); err != nil {
					return err
				}
				if err := db.Insert(tx, "reserve_deed", party.Deed{ID: id, FileID: id, DoneOn: today, Words: "做事", Evidence: "记录", Wish: "不对", WishedAt: 2, AnsweredAt: 1, Version: 1}); err != nil {
					return err
				}
			}
			return tx.RecordAll("test", 1, "test")
		})
		for _, tt := range []struct {
			account string
			kind    actor.Kind
			path    string
			want    int64
		}{
			{"he", actor.GridWorker, community + "001", 1}, {"she", actor.GridWorker, community + "001", 0}, {"clerk", actor.VillageClerk, community, 1},
			{"she", actor.VillageClerk, community, 0}, {"far", actor.VillageClerk, "610929101001", 0}, {"police", actor.Registrar, "610929100", 0},
		} {
			n, err := w.Work(t.Context(), actor.Actor{Account: tt.account, Name: "甲", Kind: tt.kind, Paths: []string{tt.path}})
			if err != nil || n.Reserve != tt.want {
				t.Errorf("%s %s: %d, %v, want %d", tt.account, tt.kind, n.Reserve, err, tt.want)
			}
		}
	})
}
