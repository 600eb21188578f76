"""Ports implemented with AWS: SQS, EventBridge, KMS, S3, Secrets Manager. Imported only where one is configured."""
