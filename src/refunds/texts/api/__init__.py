"""What the description of the API says: groups, paths, reason codes."""
