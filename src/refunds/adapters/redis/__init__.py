"""Redis behind the hint, lock and notice ports."""
