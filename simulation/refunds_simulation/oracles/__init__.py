"""What must hold at the end of a run."""
