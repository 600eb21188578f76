"""Contains the five services. A service only composes use cases, and translates requests and responses."""
