"""Use cases of approvers."""
