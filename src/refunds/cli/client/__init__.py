"""Calls of the command line to the API, with their request and response models."""
