"""Decisions of approvers."""
