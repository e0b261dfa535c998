package importer

import (
	"slices"

	"anju/internal/actor"
	"anju/internal/fault"
	"anju/internal/importer/table"
	"anju/internal/policy"
)

// Kinds of file that offices hand over.
const (
	KindRegister  = "register"  // 户籍登记表
	KindAddresses = "addresses" // 一标三实：标准地址
	KindHouses    = "houses"    // 一标三实：标准地址、实有房屋
	KindResidents = "residents" // 一标三实：实有人口
	KindUnits     = "units"     // 一标三实：实有单位
	KindMoves     = "moves"     // 搬迁名单
	KindContracts = "contracts" // 承包地、林地合同
	KindRights    = "rights"    // 一地自己的权益清单
)

// A kind is what one sort of file has: columns, and who may bring it.
type kind struct {
	name    string
	action  policy.Action
	columns []table.Column
	read    func(l *list, p *rowParser) (entry, change, error) // one row; nil for the register
}

var kinds = []kind{
	{KindRegister, policy.RegisterImport, RegisterColumns, nil},
	{KindAddresses, policy.AddressImport, addressColumns, readAddress},
	{KindHouses, policy.RegisterImport, houseColumns, readHouse},
	{KindResidents, policy.RegisterImport, residentColumns, readResident},
	{KindUnits, policy.OrganisationRecord, unitColumns, readUnit},
	{KindMoves, policy.MoveRecord, moveColumns, readMove},
	{KindContracts, policy.ContractImport, contractColumns, readContract},
	{KindRights, policy.RightImport, rightColumns, readRight},
}

// KindsFor lists the kinds of file that a post may bring, in their order.
func KindsFor(by actor.Actor) (names []string) {
	for _, k := range kinds {
		if policy.May(by, k.action) {
			names = append(names, k.name)
		}
	}
	return names
}

// Known reports whether there is a kind of that name.
func Known(name string) bool {
	_, err := kindOf(name)
	return err == nil
}

func kindOf(name string) (kind, error) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, fault.New(fault.NotFound, "importer.kind_unknown")
	}
	return kinds[i], nil
}

// ColumnsOf lists the names of a kind's columns, those that must be there first.
func ColumnsOf(name string) (required, optional []string) {
	k, err := kindOf(name)
	if err != nil {
		return nil, nil
	}
	for _, c := range k.columns {
		switch {
		case c.Required:
			required = append(required, c.Name)
		case !c.Drop:
			optional = append(optional, c.Name)
		}
	}
	return required, optional
}

// named are columns with the further names that an office was said to give them.
func named(columns []table.Column, names map[string]string) []table.Column {
	if len(names) == 0 {
		return columns
	}
	all := slices.Clone(columns)
	for i := range all {
		all[i].Also = slices.Clone(all[i].Also)
		for header, name := range names {
			if name == all[i].Name {
				all[i].Also = append(all[i].Also, header)
			}
		}
		slices.Sort(all[i].Also)
	}
	return all
}
