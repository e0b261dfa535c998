package seed

import "math/rand/v2"

// Surnames of the Han river valley, the frequent ones several times.
var surnames = []rune("王王王王李李李李张张张刘刘刘陈陈陈杨杨黄黄周周吴吴徐孙胡胡朱高林何何郭马罗罗梁宋郑谢韩唐冯于董萧程曹袁邓邓许傅沈曾曾彭吕苏卢蒋蔡贾丁魏薛叶阎余余潘杜杜戴夏钟汪汪田任姜范方石姚谭谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文柯阮卫聂")

// Given names by the generation that bears them.
var (
	oldMen     = []string{"德", "长贵", "大富", "永福", "国清", "正财", "光明", "开富", "世贵", "显德", "明山", "玉成", "忠义", "保国", "治安", "文才", "天顺", "有才", "云祥", "贵生"}
	oldWomen   = []string{"秀英", "桂兰", "玉珍", "翠英", "正秀", "大菊", "世珍", "秀兰", "凤英", "桂芳", "光秀", "明芝", "永珍", "莲香", "开秀", "兰英", "德珍", "金凤", "春香", "贵芝"}
	midMen     = []string{"建国", "建军", "志强", "大明", "国强", "明刚", "勇", "伟", "兴平", "小军", "文斌", "立新", "光辉", "远志", "海涛", "宏伟", "世平", "德军", "永刚", "波"}
	midWomen   = []string{"红梅", "丽", "晓燕", "翠翠", "小玲", "艳", "春梅", "金莲", "华", "晓琴", "娟", "桂花", "燕", "巧云", "丽萍", "秋菊", "敏", "冬梅", "霞", "云霞"}
	youngMen   = []string{"子轩", "浩然", "宇航", "俊杰", "家豪", "梓豪", "博文", "明轩", "天佑", "子涵", "嘉诚", "一鸣", "思源", "文轩", "俊熙", "泽宇", "晨曦", "皓轩", "锦程", "星辰"}
	youngWomen = []string{"梓涵", "雨桐", "欣怡", "佳怡", "思雨", "诗涵", "子萱", "可馨", "雨欣", "梦瑶", "若曦", "语嫣", "依诺", "婉婷", "静怡", "心悦", "佳琪", "紫涵", "晓彤", "美琳"}
)

const generationWord = "文志明光世正大永德国建学家兴荣华成忠孝义礼"

func given(r *rand.Rand, male bool, age int) string {
	var all []string
	switch {
	case male && age >= 55:
		all = oldMen
	case male && age >= 25:
		all = midMen
	case male:
		all = youngMen
	case age >= 55:
		all = oldWomen
	case age >= 25:
		all = midWomen
	default:
		all = youngWomen
	}
	name := all[r.IntN(len(all))]
	if len([]rune(name)) == 1 && r.IntN(3) > 0 || age >= 25 && r.IntN(4) == 0 { // a generation word before, as families do
		words := []rune(generationWord)
		name = string(words[r.IntN(len(words))]) + string([]rune(name)[len([]rune(name))-1:])
	}
	return name
}

func surname(r *rand.Rand) string { return string(surnames[r.IntN(len(surnames))]) }
