"""Contains the use cases, one per file. Each file is named after the verb of its use case.

A use case loads data, decides, and writes once. It reaches the database and the network only through ports.
"""
