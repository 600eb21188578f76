"""The HTTP application of a process: its routes, who may call them, health and documentation."""
