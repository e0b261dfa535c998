package seed

import (
	"anju/internal/actor"
	"anju/internal/party"
)

// reserve gives the first village a file of the reserve that the person has agreed
// to, with what they did and what they want corrected in it, and one that waits for
// an answer.
func (n *networker) reserve() error {
	villages, grids, err := n.grids()
	if err != nil {
		return err
	}
	v := villages[0]
	clerk, err := n.who("cgb"+v[6:], actor.VillageClerk)
	if err != nil {
		return err
	}
	for i, g := range grids[v][:min(2, len(grids[v]))] {
		worker, err := n.who("wg"+g[6:], actor.GridWorker)
		if err != nil {
			return err
		}
		file, err := n.party.ProposeReserve(n.ctx, clerk, "", party.ReserveProposal{Path: v, Login: "wg" + g[6:], MetOn: n.day.AddDays(-30), Document: "党支部会议记录第8号（虚构）"})
		if err != nil {
			return err
		}
		if i > 0 {
			break
		}
		if _, err := n.party.AnswerReserve(n.ctx, worker, "", file.ID, true); err != nil {
			return err
		}
		deed, err := n.party.NoteDeed(n.ctx, clerk, "", file.ID, party.Deed{DoneOn: n.day.AddDays(-12), Words: "连夜帮助两户老人转移到安全的地方，次日一早通知了家属。", Evidence: "值班记录、事件办理过程"})
		if err != nil {
			return err
		}
		if _, err := n.party.WishDeed(n.ctx, worker, "", deed.ID, "是三户，还有河边的一户。"); err != nil {
			return err
		}
	}
	return nil
}
