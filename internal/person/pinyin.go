package person

import (
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// surnames that are read otherwise than the character usually is.
var surnames = map[rune]string{
	'单': "shan", '曾': "zeng", '覃': "qin", '解': "xie", '仇': "qiu", '查': "zha", '区': "ou", '任': "ren", '乐': "yue",
	'尉': "wei", '盖': "ge", '朴': "piao", '缪': "miao", '华': "hua", '柏': "bai", '洗': "xian", '冼': "xian", '员': "yun",
	'翟': "zhai", '召': "shao", '牟': "mu", '那': "na", '宓': "mi", '黑': "he", '秘': "bi", '折': "she", '种': "chong", '朳': "ba",
}

var syllables sync.Map // rune → string

func syllable(r rune) string {
	if v, ok := syllables.Load(r); ok {
		return v.(string)
	}
	s := ""
	if py := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(py) > 0 {
		s = py[0]
	}
	syllables.Store(r, s)
	return s
}

// Pinyin is a name in full pinyin and in initials, lower case: 张明 is
// zhangming and zm. Characters without a reading are left out.
func Pinyin(name string) (full, initials string) {
	var f, i strings.Builder
	for n, r := range []rune(name) {
		s := syllable(r)
		if n == 0 {
			if v, ok := surnames[r]; ok {
				s = v
			}
		}
		if s == "" {
			continue
		}
		f.WriteString(s)
		i.WriteByte(s[0])
	}
	return f.String(), i.String()
}
