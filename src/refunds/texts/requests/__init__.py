"""Contains the reasons for which the web application itself refuses a request, and their texts.

The reasons are typed facts. There is one table of texts per subject.
"""
