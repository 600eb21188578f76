"""The five services. Each only composes use cases and translates requests and responses."""
