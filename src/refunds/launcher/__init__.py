"""Starts and supervises everything that runs embedded on one machine."""
