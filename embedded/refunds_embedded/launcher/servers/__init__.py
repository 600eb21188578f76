"""Finds, configures and checks the MongoDB and Redis servers that an instance uses."""
