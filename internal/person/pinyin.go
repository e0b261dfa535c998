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
	'翟': "zhai", '召': "shao", '牟': "mu", '那': "na", '宓': "mi", '黑': "he", '秘': "bi", '折': "she", '种': "chong",
}

// doubleSurnames are surnames of two characters, with those readings that
// their characters do not have alone.
var doubleSurnames = map[string][]string{
	"欧阳": nil, "司马": nil, "上官": nil, "诸葛": nil, "皇甫": nil, "令狐": nil, "慕容": nil, "司徒": nil, "东方": nil, "公孙": nil, "夏侯": nil,
	"尉迟": {"yu", "chi"}, "万俟": {"mo", "qi"}, "澹台": {"tan", "tai"}, "长孙": {"zhang", "sun"}, "单于": {"chan", "yu"},
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
	runes := []rune(squeeze(name))
	var double []string
	if len(runes) > 2 {
		double = doubleSurnames[string(runes[:2])]
	}
	for n, r := range runes {
		s := syllable(r)
		if n < len(double) {
			s = double[n]
		} else if v, ok := surnames[r]; ok && n == 0 {
			s = v
		}
		if s == "" {
			continue
		}
		f.WriteString(s)
		i.WriteByte(s[0])
	}
	return f.String(), i.String()
}
