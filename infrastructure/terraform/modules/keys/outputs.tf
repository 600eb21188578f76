output "key_arns" {
  description = "Key of each purpose: data, logs, secrets, queues, audit, backup."
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}

output "replica_key_arns" {
  description = "Copy of each replicated key in the second region: all but queues, whose messages stay at home."
  value       = { for purpose, key in aws_kms_replica_key.this : purpose => key.arn }
}

output "anchor_key_arn" {
  description = "HMAC key that seals anchors."
  value       = aws_kms_key.anchor.arn
}
