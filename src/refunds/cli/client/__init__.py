"""The command line's calls of the API, with their request and response models."""
