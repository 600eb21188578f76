"""Calls the API for the command line, and defines the request and response models of these calls."""
