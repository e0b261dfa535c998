package matter

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/jobs"
	"anju/internal/picture"
	"anju/internal/policy"
	"anju/internal/request"
)

// A Photo is a photograph of a matter, or a copy of one with parts blackened.
type Photo struct {
	ID        string  `db:"id" record:"track"`
	MatterID  ID      `db:"matter_id" record:"track"`
	Blob      blob.ID `db:"blob" record:"ignore"`
	Bytes     int64   `db:"bytes" record:"track"`
	Width     int64   `db:"width" record:"track"`
	Height    int64   `db:"height" record:"track"`
	Redacts   string  `db:"redacts" record:"track"` // the photo of which this is a copy
	AddedBy   string  `db:"added_by" record:"track"`
	AddedName string  `db:"added_name" record:"track"`
	AddedAt   int64   `db:"added_at" record:"track"`
}

// MaxPhotos is how many photographs a form takes.
const MaxPhotos = 4

// draft is whose a photograph is while the form that it came with has not been
// taken: it came whole, and must not be sent again because a word was missing.
func draft(by actor.Actor, key db.Key) ID { return ID("draft/" + by.Account + "/" + string(key)) }

// KeepPhoto keeps a photograph that comes with a form, until the form is taken.
func (s *Service) KeepPhoto(ctx context.Context, by actor.Actor, key db.Key, r io.Reader) (p Photo, err error) {
	if !policy.May(by, policy.MatterReport) && !policy.May(by, policy.MatterComment) {
		return p, fault.New(fault.Forbidden, "policy.forbidden")
	}
	refuse := func(why string) error {
		var f fault.Fields
		f.Add("photo", why, "most", MaxPhotos)
		return f.Err()
	}
	is, err := picture.Clean(r)
	switch {
	case errors.Is(err, picture.ErrNone):
		return p, refuse("matter.photo.none")
	case errors.Is(err, picture.ErrLarge):
		return p, refuse("matter.photo.large")
	case err != nil:
		return p, err
	}
	id, size, err := s.Blobs.Put(bytes.NewReader(is.JPEG))
	if err != nil {
		return p, err
	}
	p = Photo{MatterID: draft(by, key), Blob: id, Bytes: size, Width: int64(is.Width), Height: int64(is.Height), AddedBy: by.Account, AddedName: by.Name}
	err = s.DB.Write(ctx, by, string(policy.MatterReport), func(tx *db.Tx) error {
		had, err := photosOf(tx, p.MatterID)
		if err != nil {
			return err
		}
		if len(had) >= MaxPhotos {
			return refuse("matter.photo.many")
		}
		p.ID, p.AddedAt = tx.NewID(), tx.Millis()
		if err := db.Insert(tx, "matter_photo", p); err != nil {
			return err
		}
		return tx.Record("photo/"+p.ID, nil, p)
	})
	if err != nil {
		return p, errors.Join(err, s.removeFiles(ctx, []Photo{p}))
	}
	return p, nil
}

// Drafts is how many photographs have come with a form that has not been taken.
func (s *Service) Drafts(ctx context.Context, by actor.Actor, key db.Key) (n int, err error) {
	if !policy.May(by, policy.MatterReport) && !policy.May(by, policy.MatterComment) {
		return 0, fault.New(fault.Forbidden, "policy.forbidden")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := photosOf(tx, draft(by, key))
		n = len(all)
		return err
	})
	return n, err
}

// adopt gives a matter the photographs that came with a form, once it is taken.
func adopt(tx *db.Tx, by actor.Actor, key db.Key, m Matter) error {
	all, err := photosOf(tx, draft(by, key))
	if err != nil {
		return err
	}
	for _, was := range all {
		is := was
		is.MatterID, is.AddedAt = m.ID, tx.Millis()
		if m.Anonymous != 0 && m.Reporter == by.Account {
			is.AddedBy, is.AddedName = "", ""
		}
		if err := movePhoto(tx, is); err != nil {
			return err
		}
		if err := tx.Record(m.Subject(), was, is); err != nil {
			return err
		}
	}
	return nil
}

// shown are the photographs that somebody is shown. The original of one that has
// a copy with parts blackened is for those alone who may blacken.
func shown(all []Photo, redacts bool) (out []Photo) {
	for _, p := range all {
		copied := slices.ContainsFunc(all, func(c Photo) bool { return c.Redacts == p.ID })
		if redacts || !copied {
			out = append(out, p)
		}
	}
	return out
}

// Photo is a photograph of a matter, as JPEG. Each look is logged.
func (s *Service) Photo(ctx context.Context, by actor.Actor, id ID, photo string) ([]byte, error) {
	p, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterRead), For: "photo/" + photo}, func(tx *db.Tx) (Photo, error) {
		return s.photo(tx, by, id, photo, policy.MatterRead)
	})
	if err != nil {
		return nil, err
	}
	return s.read(p)
}

func (s *Service) photo(tx *db.Tx, by actor.Actor, id ID, photo string, may policy.Action) (none Photo, err error) {
	m, err := Get(tx, id)
	if err != nil {
		return none, err
	}
	places, err := sight(tx, by, m)
	if err != nil {
		return none, err
	}
	if err := policy.Check(by, may, places); err != nil {
		return none, err
	}
	all, err := photosOf(tx, id)
	if err != nil {
		return none, err
	}
	tx.Saw(m.Subject())
	for _, p := range shown(all, policy.Check(by, policy.MatterRedact, places) == nil) {
		if p.ID == photo {
			return p, nil
		}
	}
	return none, fault.New(fault.NotFound, "policy.not_found")
}

func (s *Service) read(p Photo) ([]byte, error) {
	b, err := s.Blobs.Open(p.Blob)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(b)
	return raw, errors.Join(err, b.Close())
}

// MaxAreas is how many parts of a photograph are blackened at once.
const MaxAreas = 20

// Redact makes a copy of a photograph with parts painted over. From then on
// others see the copy; the original is kept apart.
func (s *Service) Redact(ctx context.Context, by actor.Actor, key db.Key, id ID, photo string, areas []picture.Area) (Photo, error) {
	var whole Photo
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { whole, err = s.photo(tx, by, id, photo, policy.MatterRedact); return err })
	if err != nil {
		return whole, err
	}
	bad := func(a picture.Area) bool {
		return a.Left < 0 || a.Top < 0 || a.Width <= 0 || a.Height <= 0 || a.Left+a.Width > 1000 || a.Top+a.Height > 1000
	}
	if len(areas) == 0 || len(areas) > MaxAreas || slices.ContainsFunc(areas, bad) {
		var f fault.Fields
		f.Add("areas", "matter.photo.areas", "most", MaxAreas)
		return whole, f.Err()
	}
	raw, err := s.read(whole)
	if err != nil {
		return whole, err
	}
	is, err := picture.Blacken(raw, areas)
	if err != nil {
		return whole, err
	}
	kept, size, err := s.Blobs.Put(bytes.NewReader(is.JPEG))
	if err != nil {
		return whole, err
	}
	request := struct {
		Photo string
		Areas []picture.Area
	}{photo, areas}
	return db.Once(ctx, s.DB, by, string(policy.MatterRedact), key, request, func(tx *db.Tx) (Photo, error) {
		if _, err := s.photo(tx, by, id, photo, policy.MatterRedact); err != nil {
			return whole, err
		}
		p := Photo{ID: tx.NewID(), MatterID: id, Blob: kept, Bytes: size, Width: int64(is.Width), Height: int64(is.Height), Redacts: photo,
			AddedBy: by.Account, AddedName: by.Name, AddedAt: tx.Millis()}
		if err := db.Insert(tx, "matter_photo", p); err != nil {
			return p, err
		}
		return p, tx.Record("matter/"+string(id), nil, p)
	})
}

// JobPhotos takes away photographs whose form was never taken.
const JobPhotos = "matter.photos"

// photoHour is when that is looked for, and draftTime how long a form may wait.
const (
	photoHour = 3
	draftTime = 24 * time.Hour
)

// Schedule sees to it that the coming night looks for such photographs.
func Schedule(tx *db.Tx) error { return jobs.Nightly(tx, JobPhotos, photoHour) }

func (s *Service) dropDrafts(ctx context.Context, _ string) error {
	var gone []Photo
	err := s.DB.Write(ctx, actor.ForSystem("photos"), string(policy.MatterRedact), func(tx *db.Tx) (err error) {
		if gone, err = dropDrafts(tx, tx.Now().Add(-draftTime).UnixMilli()); err != nil {
			return err
		}
		if err := Schedule(tx); err != nil {
			return err
		}
		return tx.RecordAll("photos", len(gone), JobPhotos)
	})
	if err != nil {
		return err
	}
	return s.removeFiles(ctx, gone)
}

// removeFiles takes the files of photographs away, but those that something
// speaks of.
func (s *Service) removeFiles(ctx context.Context, gone []Photo) error {
	var ids []blob.ID
	for _, p := range gone {
		ids = append(ids, p.Blob)
	}
	return s.DB.Read(ctx, func(tx *db.Tx) error {
		return s.Blobs.RemoveUnused(ids,
			func(id blob.ID) (bool, error) { return PhotoUsed(tx, id) }, func(id blob.ID) (bool, error) { return request.ScanUsed(tx, id) })
	})
}
