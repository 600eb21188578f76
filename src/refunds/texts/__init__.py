"""Contains all texts that people read. Each text is a template that is filled with facts of the domain.

Each text stands here only once. Only the services and the command line use these texts.
"""
