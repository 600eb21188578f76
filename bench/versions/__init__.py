"""`bench compare COMMIT`: an earlier version and the checked-out one, measured in turn by the same load generator."""
