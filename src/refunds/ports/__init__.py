"""Contains the interfaces that the use cases need.

Each file has one interface as a Protocol. There are no implementations.
"""
