package policy

import . "anju/internal/actor"

type grant struct {
	on     Relation
	fields Fields
}

// rules is the policy. It is built once from the statements in the table below.
var rules = map[Action]map[Kind][]grant{}

// Actions lists every action in the order of the table.
var Actions []Action

func allow(a Action, on []Relation, f Fields, kinds ...Kind) {
	if rules[a] == nil {
		rules[a] = map[Kind][]grant{}
		Actions = append(Actions, a)
	}
	for _, k := range kinds {
		for _, r := range on {
			rules[a][k] = append(rules[a][k], grant{r, f})
		}
	}
}

func on(r ...Relation) []Relation { return r }

func init() {
	var (
		business = []Kind{GridWorker, GridLeader, SectionLeader, GeneralLeader, Chief, Registrar, StationHead, CountyPolice,
			VillageClerk, TownWindow, TownCentre, CountyCentre, CivilAffairs, Agriculture, Justice}
		line    = []Kind{BranchSecretary, PartyMember}
		network = []Kind{GridWorker, GridLeader, SectionLeader, GeneralLeader, Chief}
		leaders = []Kind{GridLeader, SectionLeader, GeneralLeader, Chief}
		police  = []Kind{Registrar, StationHead, CountyPolice}
		centres = []Kind{TownCentre, CountyCentre}
		basic   = Basic | Address | Phone
	)

	// Places and grids are public knowledge inside the county.
	allow(DivisionRead, on(Anyone), Basic, append(append(business, line...), SystemAdmin, SecurityAdmin)...)
	// The civil affairs office administers them (行政区划管理条例 4).
	allow(DivisionAdjust, on(At), Basic, CivilAffairs)
	// A community is founded: the town proposes, the assemblies' word is noted where
	// they meet, the civil affairs office approves for the county (村民委员会组织法 3);
	// how a site organises itself is noted by the county, its sizes by two persons.
	allow(CommunityRead, on(Anyone), Basic, append(append(business, line...), SystemAdmin)...)
	allow(CommunityForm, on(At), Basic, CivilAffairs, CountyCentre)
	allow(CommunityPropose, on(At), Basic, GeneralLeader, TownCentre)
	allow(CommunityConsent, on(At), Basic, VillageClerk, GeneralLeader, TownCentre)
	allow(CommunityApprove, on(At), Basic, CivilAffairs)
	allow(CommunityRefuse, on(At), Basic, CivilAffairs, GeneralLeader, TownCentre)
	allow(CommunityRulePropose, on(Anyone), Basic, CivilAffairs, CountyCentre)
	allow(CommunityRuleDecide, on(Anyone), Basic, CivilAffairs, CountyCentre)
	allow(GridRead, on(Anyone), Basic, append(append(business, line...), SystemAdmin)...)
	allow(GridImport, on(Anyone), Basic, SystemAdmin)
	// Which of a household's grids answers for it, where it is not the one it lives
	// in: whoever serves it where it lives says so.
	allow(GridMain, on(Living), Basic, GridLeader, SectionLeader, VillageClerk)
	// Who is in no grid is given one by who serves the place.
	allow(GridAssign, on(Living, Registered), Basic, GridLeader, SectionLeader, VillageClerk)
	// Working grids outside the county are kept by the village; whom to call there
	// is for those who serve the household.
	allow(WorkGridEnter, on(At), Basic|Phone, GridLeader, SectionLeader, VillageClerk)
	for _, a := range []Action{WorkGridBind, WorkRecord, WorkEnd} {
		allow(a, on(Living, Registered), Basic, GridLeader, SectionLeader, VillageClerk)
	}
	allow(ContactReveal, on(Living), Phone, GridWorker, GridLeader, SectionLeader, VillageClerk)
	allow(ContactReveal, on(Registered), Phone, GridLeader, SectionLeader, VillageClerk)

	// A village is divided anew: those who answer for its grids draw it up, the
	// town's secretary, the county's centre or a leader of the county decides; who
	// takes over says so. It is carried out by the program.
	draws := []Kind{GridLeader, SectionLeader, VillageClerk, TownCentre, CountyCentre}
	settles := []Kind{GeneralLeader, Chief, CountyCentre}
	allow(RegridRead, on(At), Basic|Address, append(draws, GeneralLeader, Chief)...)
	allow(RegridDraft, on(At), Basic|Address, draws...)
	allow(RegridChange, on(At), Basic|Address, draws...)
	allow(RegridSubmit, on(At), Basic|Address, draws...)
	allow(RegridWithdraw, on(At), Basic, draws...)
	allow(RegridReturn, on(At), Basic, settles...)
	allow(RegridApprove, on(At), Basic|Address, settles...)
	allow(RegridUndo, on(At), Basic, settles...)
	allow(RegridApply, on(At), Basic)
	allow(RegridTake, on(At), Basic, GridWorker, GridLeader)

	// Households: domain 7.9, rows 1, 3 and 4. The side of residence sees the
	// house and the people, the side of origin sees land and forest.
	allow(HouseholdRead, on(Living), basic|Validity, GridWorker)
	allow(HouseholdRead, on(Registered, Working), Basic|Validity, GridWorker)
	allow(HouseholdRead, on(Living), basic|Insurance|Validity, GridLeader, SectionLeader, VillageClerk)
	allow(HouseholdRead, on(Registered), Basic|Land|Validity, GridLeader, SectionLeader, VillageClerk)
	allow(HouseholdRead, on(Working), Basic|Phone, GridLeader, SectionLeader, VillageClerk)
	allow(HouseholdRead, on(Living, Registered), basic|Land|Insurance|Booklet|Validity, GeneralLeader, TownWindow)
	// Which of its matters are open, each sees as far as the matters themselves go.
	allow(HouseholdRead, on(Living, Registered, Working), Matters, GridLeader, SectionLeader, GeneralLeader)
	allow(HouseholdRead, on(Living, Registered), basic|Booklet|Validity|History, police...)
	allow(HouseholdRead, on(Living, Registered), basic|Land|Validity, Agriculture)
	allow(HouseholdRead, on(Living, Registered), Basic|Validity, CivilAffairs)
	// Full ID number: police; town and county units with a reason. Grid levels 1–3 never.
	allow(NumberReveal, on(Living, Registered), Number, append(police, GeneralLeader, TownWindow, CivilAffairs)...)
	allow(PhoneReveal, on(Living), Phone, append(police, GridWorker, GridLeader, SectionLeader, GeneralLeader, VillageClerk, TownWindow)...)
	allow(PhoneReveal, on(Registered), Phone, append(police, GeneralLeader, TownWindow)...)
	allow(PhoneReveal, on(Working), Phone, GridLeader, SectionLeader, VillageClerk)
	allow(RegisterImport, on(Registered), basic|Number, Registrar, CountyPolice)
	// Which kinds of file a post may bring is the action of each kind.
	allow(FileImport, on(Registered), Basic, Registrar, CountyPolice, Agriculture, CivilAffairs, VillageClerk, TownWindow)
	// Contracts of land and forest are kept by the office of agriculture. Where
	// two sources disagree, whoever answers for the fact decides.
	allow(ContractImport, on(Registered), basic|Land, Agriculture)
	allow(FactReconcile, on(Registered, Living), Basic|Address, police...)
	allow(FactReconcile, on(Registered), Land, Agriculture)
	// Rights of both places: land and forest are the origin's, insurance the
	// place's where they live; whether somebody draws 低保 or 特困 is for the towns
	// and for civil affairs alone (社会救助法 37). Each keeps its own list.
	allow(RightRead, on(Registered), Land, GridLeader, SectionLeader, VillageClerk)
	allow(RightRead, on(Living), Insurance, GridLeader, SectionLeader, VillageClerk)
	allow(RightRead, on(Living, Registered), Land|Insurance, GeneralLeader)
	allow(RightRead, on(Living, Registered), Land|Insurance|Aid, TownWindow)
	allow(RightRead, on(Living, Registered), Land, Agriculture)
	allow(RightRead, on(Living, Registered), Aid, CivilAffairs)
	for _, a := range []Action{RightEnter, RightCorrect, RightChange, RightEnd, RightReopen, RightImport, FindingAnswer} {
		allow(a, on(Registered), Land, VillageClerk, Agriculture)
		allow(a, on(Living), Insurance, VillageClerk)
		allow(a, on(Registered), Land|Aid, TownWindow)
		allow(a, on(Living), Insurance|Aid, TownWindow)
		allow(a, on(Living, Registered), Aid, CivilAffairs)
	}
	allow(FindingAnswer, on(Living), Land, TownWindow, Agriculture) // land of those who live here
	// Which office owes a right is public to all who work by it; the county's
	// offices change it, a second account each time.
	allow(RouteRead, on(Anyone), Basic, business...)
	allow(RoutePropose, on(Anyone), Basic, CountyCentre, CivilAffairs, Agriculture)
	allow(RouteDecide, on(Anyone), Basic, CountyCentre, CivilAffairs, Agriculture)
	// A protected address: one account of the police where somebody lives protects
	// at once, two of the unit that knows let it go.
	for _, a := range []Action{AddressProtect, ProtectionRead, ProtectionAsk, ProtectionLift, ProtectionKeep} {
		allow(a, on(Living), Address, police...)
	}

	// Standard addresses: who serves the place sees what waits; those who compile
	// them, each within its duties, decide (地名管理条例 21).
	allow(AddressRead, on(At), Basic|Address, append(police, VillageClerk, TownWindow, CivilAffairs)...)
	for _, a := range []Action{AddressApprove, AddressRefuse} {
		allow(a, on(At), Basic|Address, StationHead, CountyPolice, CivilAffairs)
	}
	allow(AddressImport, on(At), Basic|Address, Registrar, CountyPolice, CivilAffairs)

	// Houses and organisations: who serves the place keeps what is said of them.
	allow(HouseChange, on(At), Address, VillageClerk, TownWindow, Registrar, CountyPolice)
	allow(OrganisationRead, on(Anyone), Basic, business...)
	allow(OrganisationRecord, on(At), Basic, VillageClerk, TownWindow, Registrar, CountyPolice)

	// Flows: how many went from where to where, for those who answer for a place;
	// who they are, for those who keep its ledger.
	allow(FlowRead, on(At), Basic, append(police, Chief, GeneralLeader, SectionLeader, VillageClerk, TownWindow, TownCentre, CountyCentre)...)
	allow(LedgerRead, on(At), Basic, append(police, GeneralLeader, VillageClerk, TownWindow)...)
	allow(LedgerExport, on(At), Basic, append(police, GeneralLeader, VillageClerk, TownWindow)...)

	// Household acts and what they leave to decide: the station where the
	// household is registered (户口登记条例 3); rights are looked over by those
	// who answer for them.
	allow(HouseholdAct, on(Registered), basic|Number, Registrar, CountyPolice)
	allow(ReviewDecide, on(Registered), Basic, Registrar, CountyPolice, TownWindow, Agriculture)
	allow(DuplicateDecide, on(Registered), Basic|Number, Registrar, CountyPolice)

	// The booklet: the police station registers and issues (白政办发〔2021〕25号 art 5).
	allow(MoveRecord, on(Living, Registered), basic|Number, Registrar, CountyPolice)
	// A move between two offices: where people went, the station or the community
	// says that they came; where they came from, the station mends.
	for _, a := range []Action{MoveAccept, MoveReturn} {
		allow(a, on(At), Basic|Address, Registrar, CountyPolice, VillageClerk)
	}
	for _, a := range []Action{MoveMend, MoveWithdraw} {
		allow(a, on(At), Basic|Address, Registrar, CountyPolice)
	}
	allow(MoveRedate, on(Living, Registered), Basic, Registrar, CountyPolice)
	allow(BookletRead, on(Living, Registered), Booklet|Validity, append(police, GeneralLeader, TownWindow)...)
	allow(BookletRead, on(Living, Registered), Validity, GridWorker, GridLeader, SectionLeader, VillageClerk, Agriculture, CivilAffairs)
	allow(BookletApply, on(Living), Booklet, Registrar)
	allow(BookletApprove, on(Living), Booklet, StationHead, CountyPolice)
	allow(BookletReturn, on(Living), Booklet, StationHead, CountyPolice)
	allow(BookletMake, on(Living), Booklet, Registrar, CountyPolice)
	allow(BookletVerify, on(Living), Booklet, Registrar)
	allow(BookletPrint, on(Living), Booklet, Registrar, CountyPolice)
	allow(BookletHandOver, on(Living), Booklet, Registrar)
	allow(BookletCheck, on(Living), Booklet, Registrar)
	allow(BookletReportLost, on(Living), Booklet, Registrar)
	allow(BookletReplace, on(Living), Booklet, Registrar)
	allow(BookletCancel, on(Living), Booklet, police...)
	allow(PrinterSet, on(At), Basic, Registrar, CountyPolice)
	// Which services accept it in place of the household booklet is public. The
	// police, who issue it, and the county's centre, which hears of refusals, change
	// the list, a second account each time.
	allow(AcceptingRead, on(Anyone), Basic, business...)
	allow(AcceptingPropose, on(Anyone), Basic, CountyPolice, CountyCentre)
	allow(AcceptingDecide, on(Anyone), Basic, CountyPolice, CountyCentre)
	// The decision table of the tracks is public to all who work by it; the
	// county's police change it, a second account each time.
	allow(RuleRead, on(Anyone), Basic, append(police, VillageClerk, TownWindow, TownCentre, CountyCentre, GeneralLeader)...)
	allow(RulePropose, on(Anyone), Basic, CountyPolice, CountyCentre)
	allow(RuleDecide, on(Anyone), Basic, CountyPolice, CountyCentre)

	// A booklet held out at a counter: whoever serves people may ask whether it is
	// good, with a purpose.
	allow(BookletFind, on(Anyone), Basic, append(police, VillageClerk, TownWindow, GeneralLeader, CivilAffairs, Agriculture, Justice)...)

	// Change requests: who serves people asks, the police where they are
	// registered decide; who asked reads the answer.
	asks := []Kind{GridLeader, SectionLeader, GeneralLeader, VillageClerk, TownWindow, CivilAffairs, Registrar}
	decides := []Kind{StationHead, CountyPolice}
	allow(RequestAsk, on(Living, Registered), Basic, asks...)
	allow(RequestRead, on(Own), Basic, asks...)
	allow(RequestRead, on(Registered), Basic, decides...)
	allow(RequestApprove, on(Registered), Basic, decides...)
	allow(RequestRefuse, on(Registered), Basic, decides...)
	allow(RequestWithdraw, on(Own), Basic, asks...)
	allow(RequestAcknowledge, on(Own), Basic, asks...)

	// The baseline round: the police and the village where a household is
	// registered, and the community where it lives, sign it off.
	allow(BaselineStart, on(At), Basic, CountyPolice)
	allow(BaselineRead, on(Registered), Basic, append(police, VillageClerk, GridLeader, GeneralLeader, TownWindow)...)
	allow(BaselineSign, on(Registered), Basic, Registrar, StationHead, VillageClerk, GridLeader)
	allow(BaselineSign, on(Living), Basic, VillageClerk, GridLeader)

	// Lists of electors: the county's office opens them and follows them; who is on
	// one and why is the election committee's, for whom the village office writes
	// (村民委员会组织法 16–17, 城市居民委员会组织法 16–17).
	allow(ElectionFollow, on(At), Basic, VillageClerk, TownWindow, GeneralLeader, CivilAffairs)
	allow(ElectionOpen, on(At), Basic, CivilAffairs)
	allow(ElectionCancel, on(At), Basic, CivilAffairs)
	for _, a := range []Action{ElectionRead, ElectionDraw, ElectionDeclare, ElectionEnter, ElectionConsent, ElectionBar, ElectionPublish, ElectionObject, ElectionDecide, ElectionFinish} {
		allow(a, on(At), Basic, VillageClerk)
	}

	// Visits: the grid that the table of routes sends to the door, whose address is
	// told with it; the leaders see what was done, never how long it took. Who leads
	// another grid of the household sees it where the table says so.
	allow(VisitRead, on(At), Basic|Address, GridWorker, GridLeader, SectionLeader, GeneralLeader, VillageClerk)
	allow(VisitRead, on(Informed), Basic, GridLeader)
	allow(VisitRecord, on(At), Basic|Address, GridWorker, GridLeader)

	// Matters: a worker sees own reports, levels 2–3 their village, level 4 and
	// the centre their town, the county what is in its hands, a department what
	// was handed to it. Who of these may do an act now is the table of matters.
	units := []Kind{VillageClerk, TownWindow, Registrar, CivilAffairs, Agriculture, Justice}
	over := []Kind{SectionLeader, GeneralLeader, Chief, TownCentre, CountyCentre}
	allow(MatterReport, on(At), Matters, append(network, VillageClerk, TownWindow, TownCentre)...)
	allow(MatterRead, on(Own), Matters, business...)
	allow(MatterRead, on(Assigned), Matters, business...)
	allow(MatterRead, on(Handed), Matters, units...)
	allow(MatterRead, on(At), Matters|Basic, append(leaders, TownCentre, CountyCentre)...)
	// Of a matter that another grid of a household answers for, its other grids see
	// what the table of routes says: who leads that very grid reads it, and does
	// nothing to it.
	allow(MatterRead, on(Informed), Matters, GridLeader)
	allow(MatterComment, on(At), Matters, append(leaders, TownCentre, CountyCentre)...)
	allow(MatterComment, on(Own), Matters, business...)
	allow(MatterRedact, on(At), Matters, append(leaders, TownCentre, CountyCentre)...)
	allow(MatterComment, on(Handed), Matters, units...)
	for _, a := range []Action{MatterAccept, MatterDispatch, MatterHandle, MatterTell, MatterAmend, MatterReturn, MatterExtend, MatterSuspend, MatterResume, MatterTransfer, MatterMerge, MatterPart, MatterSplit} {
		allow(a, on(At), Matters, append(leaders, CountyCentre)...)
	}
	// Anybody, without an account, may say that a service did not accept the
	// booklet, and with the receipt look how that stands. It lies with the county
	// itself, in the hands of its centre.
	allow(MatterReportRefusal, on(Anyone), Matters, Public)
	allow(MatterFollowRefusal, on(Anyone), Matters, Public)
	allow(MatterSendUp, on(At), Matters, GridLeader, SectionLeader, GeneralLeader)
	allow(MatterSendDown, on(At), Matters, SectionLeader, GeneralLeader, Chief)
	allow(MatterReply, on(Handed), Matters, units...)
	allow(MatterHandBack, on(Handed), Matters, units...)
	allow(MatterCheck, on(At), Matters, over...)
	allow(MatterClose, on(At), Matters, append(leaders, centres...)...)
	for _, a := range []Action{MatterConfirm, MatterRate, MatterWithdraw, MatterReopen} {
		allow(a, on(Own), Matters, business...)
	}
	allow(MatterReopen, on(At), Matters, over...)
	allow(MatterSupervise, on(At), Matters, append(centres, GeneralLeader, Chief)...)
	allow(OrderAnswer, on(At), Matters, leaders...)
	allow(OrderClose, on(At), Matters, centres...)
	allow(OrderSign, on(At), Matters, centres...)
	allow(OrderReturn, on(At), Matters, centres...)
	allow(OrderRemind, on(At), Matters, centres...)
	allow(WarningReceive, on(At), Matters, centres...)
	// Whoever answers for the office agrees to more time (信访工作条例 34).
	allow(LimitExtend, on(At), Matters, GeneralLeader, Chief, TownCentre, CountyCentre)

	// Limits are public to all who work by them; the county's centre and its
	// leaders change them, a second account each time. The calendar is brought in
	// by who runs the system.
	allow(TermRead, on(Anyone), Basic, append(business, SystemAdmin)...)
	allow(TermPropose, on(Anyone), Basic, CountyCentre, Chief)
	allow(TermDecide, on(Anyone), Basic, CountyCentre, Chief)
	allow(CategoryRead, on(Anyone), Basic, append(business, SystemAdmin)...)
	allow(CategoryPropose, on(Anyone), Basic, CountyCentre, Chief)
	allow(CategoryDecide, on(Anyone), Basic, CountyCentre, Chief)
	allow(CalendarImport, on(Anyone), Basic, SystemAdmin)

	// Mediations are private to who mediates there (人民调解法 23): not the
	// centres, not the worker who reported the matter.
	mediates := []Kind{GridLeader, SectionLeader, GeneralLeader, Justice}
	allow(MediationRead, on(At), Matters, mediates...)
	allow(MediationStart, on(At), Matters, mediates...)
	allow(MediationRecord, on(At), Matters, mediates...)

	// Accounts: the system administrator; a town resets its own people's
	// passwords; a leader enrols the phones of the workers of the own village.
	allow(AccountRead, on(Anyone), Basic, SystemAdmin)
	allow(AccountRead, on(At), Basic, TownCentre, GridLeader)
	allow(AccountImport, on(Anyone), Basic, SystemAdmin)
	allow(PostAppoint, on(Anyone), Basic, SystemAdmin)
	allow(AccountReset, on(Anyone), Basic, SystemAdmin)
	allow(AccountReset, on(At), Basic, TownCentre)
	allow(PhoneEnrol, on(At), Basic, GridLeader, TownCentre)

	// The tree of posts is published, like the grids. A vacancy is told to the
	// levels over it; who takes over what somebody leaves, takes it in person.
	allow(NetworkRead, on(Anyone), Basic, append(append(business, SystemAdmin), line...)...)
	allow(NetworkCheck, on(Anyone), Basic, SystemAdmin, CountyCentre)
	allow(VacancyRead, on(At), Basic, append(leaders, TownCentre, CountyCentre, SystemAdmin)...)
	allow(VacancyNote, on(At), Basic, leaders...)
	allow(HandOverRead, on(Own), Basic, append(business, line...)...)
	allow(HandOverRead, on(At), Basic, append(leaders, SystemAdmin)...)
	allow(HandOverTake, on(Own), Basic, append(business, line...)...)
	// What departments may place on a grid is the county's list, public to all who
	// work by it; the county's centre and its leaders decide, a second account.
	departments := []Kind{CountyPolice, CountyCentre, CivilAffairs, Agriculture, Justice}
	allow(DutyRead, on(Anyone), Basic, append(business, SystemAdmin)...)
	allow(DutyPropose, on(Anyone), Basic, departments...)
	allow(DutyDecide, on(Anyone), Basic, CountyCentre, Chief)
	allow(DutyPlace, on(At), Basic, departments...)
	// Which of a household's three grids answers for what is public to all who work
	// by it; a department asks for another row, the county's centre and its leaders
	// decide, a second account.
	allow(GridRouteRead, on(Anyone), Basic, append(business, SystemAdmin)...)
	allow(GridRoutePropose, on(Anyone), Basic, append(departments, Chief)...)
	allow(GridRouteDecide, on(Anyone), Basic, CountyCentre, Chief)

	allow(MassRead, on(Anyone), Basic, append(business, line...)...)
	allow(MassRecord, on(At), Basic, VillageClerk, TownCentre)
	// The party-building line. Branches are public; the town committee sets them
	// up. Who serves a household pairs it with a member, because it wishes so. A
	// member sees whom they pair with and what is asked of them: no household
	// page, no matter, no list of anybody.
	allow(BranchRead, on(Anyone), Basic, append(business, line...)...)
	allow(BranchRecord, on(At), Basic, GeneralLeader)
	allow(PairRecord, on(Living), Basic, GridLeader, SectionLeader, VillageClerk)
	allow(PairRead, on(Own), Basic|Address, PartyMember)
	allow(ParticipantName, on(At), Basic, leaders...)
	allow(TaskRead, on(Own), Matters, append(line, GeneralLeader, TownCentre)...)

	// The reserve: a community proposes and writes down, the person says whether they
	// agree, reads all of it, has their own word beside it and takes their word back;
	// the town's secretary and the county read it.
	allow(ReserveRead, on(Own), Basic, append(business, line...)...)
	allow(ReserveRead, on(At), Basic, VillageClerk, SectionLeader, GeneralLeader, Chief, CountyCentre)
	for _, a := range []Action{ReservePropose, ReserveNote, ReserveCorrect, ReserveEnd} {
		allow(a, on(At), Basic, VillageClerk, SectionLeader)
	}
	for _, a := range []Action{ReserveAnswer, ReserveSay, ReserveEnd} {
		allow(a, on(Own), Basic, append(business, line...)...)
	}

	allow(FiguresRead, on(At), Matters, append(centres, append(leaders, CountyPolice)...)...)
	allow(ChangeRead, on(Living, Registered), History, police...)
	allow(ChangeOwn, on(Own), History, append(append(business, line...), SystemAdmin, SecurityAdmin, AuditAdmin)...) // what one has done oneself
	allow(AuditRead, on(Anyone), Basic, AuditAdmin)
	allow(AuditVerify, on(Anyone), Basic, AuditAdmin)
	allow(SettingWrite, on(Anyone), Basic, SecurityAdmin)
	allow(ClockMove, on(Anyone), Basic, Kinds...)
}
