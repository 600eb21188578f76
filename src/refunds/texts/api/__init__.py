"""Contains the texts of the API's description: groups of operations, paths, events, reason codes and remedies."""
