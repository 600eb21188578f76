"""The HTTP server: routes, requests, responses, problems, limits, metrics."""
