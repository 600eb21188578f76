"""The parameter_resolution service."""
