"""The command line's calls to the API, with their request and response models."""
