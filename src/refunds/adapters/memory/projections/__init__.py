"""Contains in-memory versions of the feed, the read models, the event bus and the offsets of their readers."""
