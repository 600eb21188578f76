"""Access tokens, their issuers and policies."""
