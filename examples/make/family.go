package main

import "fmt"

// register is the households of some villages. Numbers of households begin
// after from.
func (m *maker) register(villages []village, from int) []person {
	var all []person
	for _, v := range villages {
		n := from
		for _, g := range v.grids {
			for i := range g.households {
				n++
				all = append(all, m.household(v, fmt.Sprintf("%s%04d", v.code[6:], n), v.address(g, i, from))...)
			}
		}
	}
	return all
}

// household is a family, its head first.
func (m *maker) household(v village, number, address string) []person {
	var family []person
	switch k := m.r.IntN(100); {
	case k < 9:
		family = m.alone()
	case k < 20:
		family = m.oldCouple()
	case k < 32:
		family = m.threeGenerations()
	case k < 40:
		family = m.widow()
	default:
		family = m.couple()
	}
	for i := range family {
		p := &family[i]
		p.household, p.address, p.division = number, address, v.code
	}
	return family
}

// alone is somebody old, or somebody young who has just set up house.
func (m *maker) alone() []person {
	age := m.between(66, 88)
	if m.one(3) {
		age = m.between(24, 34)
	}
	p := m.person(m.pick(surnames), "户主", m.pick("男 男 女"), age)
	if age > 60 {
		p.marital = m.pick("丧偶 丧偶 未婚 离婚")
	}
	return []person{p}
}

func (m *maker) oldCouple() []person {
	age := m.between(58, 82)
	return m.pair(m.pick(surnames), age)
}

// pair is a head and his wife, or now and then a head and her husband.
func (m *maker) pair(surname string, age int) []person {
	other := age - m.between(-1, 4)
	head, spouse := m.person(surname, "户主", "男", age), m.person(m.pick(surnames), "妻", "女", other)
	if m.one(12) {
		head, spouse = m.person(surname, "户主", "女", age), m.person(m.pick(surnames), "夫", "男", other)
	}
	head.marital, spouse.marital = "已婚", "已婚"
	return []person{head, spouse}
}

// couple is parents with their children.
func (m *maker) couple() []person {
	age := m.between(27, 57)
	surname := m.pick(surnames)
	family := m.pair(surname, age)
	return append(family, m.children(surname, age-4, m.between(0, 2)+m.r.IntN(2))...)
}

// children are those of a mother of an age, the eldest first; none is born
// before she was twenty-one, and those over thirty have their own household.
func (m *maker) children(surname string, mother, count int) []person {
	var all []person
	sons, daughters := 0, 0
	oldest := min(mother-21, 29)
	for age := oldest; age >= 0 && len(all) < count; age -= m.between(2, 6) {
		if len(all) == 0 {
			age = m.between(max(0, age-5), max(0, age))
		}
		sex := m.pick("男 女")
		word := []string{"长子", "次子", "三子", "四子"}[min(sons, 3)]
		if sex == "女" {
			word = []string{"长女", "次女", "三女", "四女"}[min(daughters, 3)]
			daughters++
		} else {
			sons++
		}
		all = append(all, m.person(surname, word, sex, max(age, 0)))
	}
	return all
}

// threeGenerations is a couple with a parent, or with a son's family.
func (m *maker) threeGenerations() []person {
	surname := m.pick(surnames)
	if m.one(2) {
		age := m.between(30, 52)
		family := append(m.pair(surname, age), m.children(surname, age-4, m.between(1, 2))...)
		parent := m.person(surname, "父亲", "男", age+m.between(22, 30))
		if m.one(2) || family[0].sex == "女" {
			parent = m.person(m.pick(surnames), "母亲", "女", age+m.between(21, 29))
		}
		parent.marital = "丧偶"
		return append(family, parent)
	}
	age := m.between(54, 64)
	family := m.pair(surname, age)
	son := m.person(surname, "长子", "男", age-m.between(24, 27))
	wife := m.person(m.pick(surnames), "儿媳", "女", age-m.between(26, 29))
	son.marital, wife.marital = "已婚", "已婚"
	sex := m.pick("男 女")
	word := map[string]string{"男": "孙子", "女": "孙女"}[sex]
	return append(family, son, wife, m.person(surname, word, sex, m.between(0, min(9, age-50))))
}

// widow is a mother with children, or a widower.
func (m *maker) widow() []person {
	age := m.between(38, 60)
	sex := m.pick("女 女 男")
	surname := m.pick(surnames)
	head := m.person(surname, "户主", sex, age)
	head.marital = m.pick("丧偶 离婚")
	return append([]person{head}, m.children(surname, age-2, m.between(1, 2))...)
}
