package matter
import ("testing";"os")
func TestZZ(t *testing.T){ b,_:=os.ReadFile(pdf(t, order())); os.WriteFile("/tmp/fonts/o.pdf", b, 0o644);b,_=os.ReadFile(pdf(t, signed())); os.WriteFile("/tmp/fonts/o2.pdf", b, 0o644) }
