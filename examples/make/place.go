package main

import "fmt"

// A village of the examples, with its grids. Villages have groups, communities
// have buildings.
type village struct {
	code, town, name string
	grids            []grid
}

// A grid is what the people of one grid worker's area have in their address.
type grid struct {
	number     int
	name       string
	parts      []string // groups (一组) or buildings (1号楼)
	covers     string
	households int // in register-good.xlsx
}

func (v village) gridCode(g grid) string { return fmt.Sprintf("%s%03d", v.code, g.number) }

const county, province = "610929", "陕西省安康市白河县"

var villages = []village{
	{"610929102206", "构朳镇", "东坡村", []grid{
		{1, "东坡村第一网格", []string{"一组", "二组", "三组"}, "东坡村一组至三组，村委会两侧和沿河路", 52}}},
	{"610929102001", "构朳镇", "高庄社区", []grid{
		{1, "高庄社区第一网格", []string{"1号楼", "2号楼"}, "高庄安置点东区1、2号楼和社区服务中心", 50},
		{2, "高庄社区第二网格", []string{"3号楼", "4号楼"}, "高庄安置点西区3、4号楼和停车场", 50}}},
	{"610929102200", "构朳镇", "凉水村", []grid{
		{1, "凉水村第一网格", []string{"一组", "二组", "三组", "四组"}, "凉水村全村，含凉水沟上下院子", 50}}},
	{"610929107215", "仓上镇", "天宝村", []grid{
		{1, "天宝村第一网格", []string{"一组", "二组", "三组"}, "天宝村梯田片区一组至三组", 51}}},
	{"610929107001", "仓上镇", "红花社区", []grid{
		{1, "红花社区第一网格", []string{"1号楼", "2号楼", "3号楼"}, "红花安置点1至3号楼和沿街门面", 52}}},
}

// nearby are the households of the text file: more of one village.
var nearby = []village{{"610929102200", "构朳镇", "凉水村", []grid{
	{1, "凉水村第一网格", []string{"一组", "二组", "三组", "四组"}, "", 40}}}}

// address is where the n-th household of a grid is registered, as the police
// write it: with a house number after the group, or unit and room in a
// building.
func (v village) address(g grid, n, from int) string {
	part := g.parts[n%len(g.parts)]
	n = n / len(g.parts)
	base := province + v.town + v.name + part
	if len(part) > 0 && part[0] < 0x80 {
		return fmt.Sprintf("%s%d单元%d0%d室", base, n%3+1, n/6+1, n/3%2+1)
	}
	return fmt.Sprintf("%s%d号", base, from/100+n+1)
}
