"""Situations bring about rare combinations of callers, faults and gateway habits, which chance alone does not."""
