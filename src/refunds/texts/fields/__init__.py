"""Rules that a single field of a request can break: typed facts, and one table of texts per subject."""
