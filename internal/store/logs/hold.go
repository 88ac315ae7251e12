package logs

import "context"

// Hold runs f while no segment that the metadata name is removed; new ones are added meanwhile.
func (s *Store) Hold(ctx context.Context, f func() error) error {
	s.swapping.Lock()
	defer s.swapping.Unlock()
	if _, err := s.settleSwapLocked(ctx); err != nil {
		return err
	}
	return f()
}
