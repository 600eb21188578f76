"""Implements ports with AWS services: SQS, EventBridge, KMS, S3 and Secrets Manager.

A process imports these modules only if its configuration uses one of these services.
"""
