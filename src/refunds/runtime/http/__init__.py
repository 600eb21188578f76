"""Contains the HTTP server, with its routes, requests, responses, problems, limits and metrics."""
