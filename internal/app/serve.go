package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/duplicate"
	"anju/internal/entitlement"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/request"
)

// sweepEvery is how often the deadlines are looked at: a warning is stored
// within this time of its limit.
const sweepEvery = 20 * time.Second

// Serve serves the county until ctx ends, then lets requests finish. ready is
// called with the address once it listens.
func (a *App) Serve(ctx context.Context, ready func(url string)) error {
	h, err := a.Handler()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.Config.Addr)
	if err != nil {
		return fault.Wrap(fault.Conflict, "app.port", err, "addr", a.Config.Addr, "why", reason(err))
	}
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	var background sync.WaitGroup
	bg, stop := context.WithCancel(ctx)
	defer background.Wait()
	defer stop()
	if err := a.Jobs.Release(ctx); err != nil {
		return err
	}
	if err := a.keepCheckURL(ctx); err != nil {
		return err
	}
	if err := a.keepDayCap(ctx); err != nil {
		return err
	}
	for _, schedule := range []func(*db.Tx) error{booklet.Schedule, entitlement.Schedule, network.Schedule, duplicate.Schedule, matter.Schedule, request.Schedule} {
		if err := a.DB.Keep(ctx, schedule); err != nil {
			return err
		}
	}
	background.Go(func() { a.Jobs.Run(bg) })
	background.Go(func() { a.sweepForever(bg) })

	failed := make(chan error, 1)
	go func() {
		if a.Config.TLSCert != "" {
			failed <- srv.ServeTLS(l, a.Config.TLSCert, a.Config.TLSKey)
			return
		}
		failed <- srv.Serve(l)
	}()
	scheme := "http://"
	if a.Config.TLSCert != "" {
		scheme = "https://"
	}
	ready(scheme + l.Addr().String() + "/")
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := srv.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

func (a *App) sweepForever(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := a.Sweep(ctx); err != nil && ctx.Err() == nil {
			slog.Error("the sweep of the deadlines had failures", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
