"""Loops of background work, and a pool whose places are shared fairly."""
