"""Double-entry postings and roll-ups of events. Pure."""
