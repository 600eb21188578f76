output "key_arns" {
  description = "Keys by what they protect: data, logs, secrets, queues, audit, backup."
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}

output "replica_key_arns" {
  description = "The same keys in the second region, by the same names."
  value       = { for purpose, key in aws_kms_replica_key.this : purpose => key.arn }
}

output "anchor_key_arn" {
  description = "Key that seals anchors of the audit chains."
  value       = aws_kms_key.anchor.arn
}

output "replica_anchor_key_arn" {
  description = "The same key in the second region."
  value       = aws_kms_replica_key.anchor.arn
}
