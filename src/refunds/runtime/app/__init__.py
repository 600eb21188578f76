"""Contains the HTTP application of a process, with its routes, authorization, health and documentation."""
