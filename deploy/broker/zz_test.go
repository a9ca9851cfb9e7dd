package broker
import ("testing";"os";"strings";"log/slog";"time")
func TestZZ(t *testing.T){
	dir:=os.Getenv("ZZDIR"); if dir=="" {t.Skip()}
	conn:=applied(t, Config{Dir:dir, Logger: slog.New(slog.NewTextHandler(os.Stderr,nil))})
	big:=dir+"/ballast"
	os.WriteFile(big, make([]byte,8<<20),0o600)
	var last string
	for n:=range 400 {
		out := record("record.normalized.a", n)
		out.Event.Data = []byte(`"` + strings.Repeat("x", 100<<10) + `"`)
		_,_,err:=conn.Publish(t.Context(), out)
		msg:="ok"; if err!=nil {msg=err.Error()}
		if msg!=last { t.Log(n, msg); last=msg }
		if n==250 { os.Remove(big); t.Log("freed") }
		if n>250 && n < 256 { <-time.After(300*time.Millisecond) }
	}
}
