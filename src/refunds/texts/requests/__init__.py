"""Refusals of the web itself: typed facts, and one table of texts for each subject."""
