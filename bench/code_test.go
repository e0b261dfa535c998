package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
	"time"

	"anju/internal/proof"
)

// BenchmarkCode is what reading and checking a booklet's code costs beside the
// bare check of one ES256 signature, and how large the status lists of a county
// are: 110,000 member pages and 30,000 covers, two in a hundred of them changed.
func BenchmarkCode(b *testing.B) {
	const limit, codes, listLimit = 3.0, 140_000, 5 << 10
	at := time.Date(2026, 11, 27, 4, 0, 0, 0, time.UTC)
	key := func(name string) *proof.Key {
		secret := sha256.Sum256([]byte(name))
		k, err := proof.NewKey(proof.ES256, secret[:])
		if err != nil {
			b.Fatal(err)
		}
		return k
	}
	root, signer := key("root"), key("signer")
	trust, err := proof.SignTrust(root, proof.TrustList{County: 610929, Issued: at.Unix(), Keys: []proof.TrustedKey{
		{Suite: proof.ES256, Public: signer.Public(), From: at.AddDate(0, -1, 0).Unix(), Until: at.AddDate(1, 0, 0).Unix(), Verify: at.AddDate(6, 0, 0).Unix()}}})
	if err != nil {
		b.Fatal(err)
	}
	book, size, draw := proof.Book{Root: root.Public(), Trust: trust}, 0, rand.New(rand.NewPCG(1, 1))
	for no, left := int64(0), codes; left > 0; no++ {
		here := min(left, proof.ListSize)
		left -= here
		states := map[int64]proof.Status{}
		for range here / 50 {
			states[draw.Int64N(proof.ListSize)] = proof.Status(1 + draw.IntN(3))
		}
		delete(states, 7)
		list, err := signer.SignStatus(610929, no, at, states)
		if err != nil {
			b.Fatal(err)
		}
		size += len(list)
		book.Status = append(book.Status, list)
	}
	checker, err := book.Checker()
	if err != nil {
		b.Fatal(err)
	}
	text, err := signer.Sign(proof.Claims{County: 610929, Issued: at.Unix(), Expires: at.AddDate(5, 0, 0).Unix(),
		Booklet: proof.Body{Number: 61092926000123, Member: 2, Name: "张小明", Last: "X", Origin: 610929100207, Living: 610929101001, Settled: 20513, ListedAt: []int64{0, 7}}})
	if err != nil {
		b.Fatal(err)
	}
	bareKey, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := ecdsa.SignASN1(crand.Reader, bareKey, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	const times = 2000
	started := time.Now()
	for range times {
		if !ecdsa.VerifyASN1(&bareKey.PublicKey, sum[:], signature) {
			b.Fatal("the bare signature is refused")
		}
	}
	bare := time.Since(started) / times
	started = time.Now()
	for range times {
		code, err := proof.Parse(text)
		if err != nil || !checker.Check(code, at.Add(time.Hour)).Good {
			b.Fatal("the code is refused")
		}
	}
	whole := time.Since(started) / times
	ratio := float64(whole) / float64(bare)
	b.ReportMetric(ratio, "ratio")
	b.Logf("reading and checking a code %v, bare signature %v: ratio %.2f (limit %.0f)", whole, bare, ratio, limit)
	b.Logf("status lists of %d codes, 2 %% changed: %d bytes (at most %d)", codes, size, listLimit)
	if ratio > limit || size > listLimit {
		b.Error("over the limit")
	}
}
