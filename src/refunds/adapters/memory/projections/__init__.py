"""The feed, the read models, the event bus and their readers' offsets, in memory."""
