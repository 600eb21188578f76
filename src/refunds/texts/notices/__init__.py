"""Contains the texts that commands print when they succeed."""
