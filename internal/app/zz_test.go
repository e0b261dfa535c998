package app
import ("testing";"os";"io";"fmt")
func TestZZ(t *testing.T) {
	f,_ := os.Open("/tmp/zz/b.anju")
	c := config(t, "--data", t.TempDir()+"/d", "--keys", "/tmp/zz/c.key")
	r := &restore{config: c, file: "b", bar: c.Progress(io.Discard, "")}
	_, err := r.run(t.Context(), f)
	fmt.Printf("%v\n", err)
}
