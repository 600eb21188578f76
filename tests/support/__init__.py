"""Small programs and doubles that several tests use."""
