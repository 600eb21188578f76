"""MongoDB behind the store ports."""
