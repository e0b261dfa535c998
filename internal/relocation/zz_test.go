package relocation
import ("testing";"os")
func TestZZ(t *testing.T){ b,_:=os.ReadFile(pdf(t, receipt())); os.WriteFile("/tmp/fonts/r.pdf", b, 0o644);b,_=os.ReadFile(pdf(t, sameVillage())); os.WriteFile("/tmp/fonts/r2.pdf", b, 0o644) }
