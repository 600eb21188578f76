"""All texts that people read, each once, as a template over the facts that the domain states.

Only the services and the command line use them.
"""
