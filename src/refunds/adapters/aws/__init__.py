"""AWS behind the ports: SQS, EventBridge, KMS, S3, Secrets Manager. Imported only where one of them is configured."""
