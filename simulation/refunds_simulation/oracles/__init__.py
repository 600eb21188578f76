"""Checks of the invariants at the end of a run."""
