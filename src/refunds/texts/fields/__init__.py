"""Rules of single fields that a request breaks: typed facts, and one table of texts for each subject."""
