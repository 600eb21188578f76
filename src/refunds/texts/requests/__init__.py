"""Why the web itself refuses a request: typed facts, and one table of texts per subject."""
