"""The request-manager service, which reviews refunds that were not reviewed when they were requested."""
