package registration

// Replay is the request that an act was kept with.
func (s *Service) Replay(a Act) (Request, error) { return s.replay(a) }

// ActByID is an act with its sealed request.
var ActByID = getAct
