"""Read models, lists, consumer offsets, the change stream and its quarantine on MongoDB."""
