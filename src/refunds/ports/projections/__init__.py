"""Contains the ports to read models, the feed and the event bus."""
