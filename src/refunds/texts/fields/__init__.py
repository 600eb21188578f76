"""Contains the rules that a single field of a request can break, and their texts.

The rules are typed facts. There is one table of texts per subject.
"""
