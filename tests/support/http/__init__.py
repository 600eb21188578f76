"""The public API over HTTP, its callers, and servers that stand for others."""
