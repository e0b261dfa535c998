package registration

import "encoding/json"

// Replay is the request an act was done with: doing it again on the register as
// it was leads to the register as it is.
func (s *Service) Replay(a Act) (r Request, err error) {
	text, err := s.Keys.Open("household_act", "request", a.ID, a.RequestSealed)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// ActByID is an act with its sealed request.
var ActByID = getAct
