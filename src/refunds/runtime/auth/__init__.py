"""Contains access tokens, their issuers and the policies."""
