"""Contains the use cases for approvers."""
