package proof

import (
	"encoding/asn1"
	"math/big"
)

// SignedText is what the signature of a code covers, and the signature as
// other programs take it.
func SignedText(c Code) (text, der []byte) {
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(c.o.Signature[:32]), new(big.Int).SetBytes(c.o.Signature[32:])})
	if err != nil {
		panic(err)
	}
	return c.o.text, der
}
