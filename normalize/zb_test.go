package normalize
import ("testing";"os";"bytes";"time";"golang.org/x/net/html")
func BenchmarkZ(b *testing.B){
 p,_:=New(Config{}); d,_:=os.ReadFile("../../shared/pages/bls-ooh/dental-hygienists.html")
 in:=Input{Body:d,MediaType:"text/html"}
 for b.Loop(){ p.Parse(in) }
 el:=b.Elapsed()/time.Duration(b.N)
 t0:=time.Now(); n:=200; for i:=0;i<n;i++{html.Parse(bytes.NewReader(d))}
 b.ReportMetric(float64(el)/float64(time.Since(t0)/time.Duration(n)),"x-html.Parse")
}
