"""Contains the ports to stored payments."""
