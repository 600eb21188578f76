output "bucket_names" {
  description = "Buckets: documents, logs, reports, backups, audit; and access_logs, where S3, the load balancer, CloudFront and Config deliver."
  value = merge(
    { for bucket in keys(local.buckets) : bucket => aws_s3_bucket.this[bucket].bucket },
    { access_logs = aws_s3_bucket.access_logs.bucket },
  )

  # Whoever delivers into a bucket needs its policy first.
  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_policy.access_logs]
}

output "bucket_arns" {
  description = "ARNs of the buckets, by the same names."
  value = merge(
    { for bucket in keys(local.buckets) : bucket => aws_s3_bucket.this[bucket].arn },
    { access_logs = aws_s3_bucket.access_logs.arn },
  )
}

output "replica_bucket_names" {
  description = "Copies in the second region, by the same names."
  value       = { for bucket in keys(local.buckets) : bucket => aws_s3_bucket.replica[bucket].bucket }
}

output "backup_bucket_arns" {
  description = "Buckets of each plan of module backup, hourly and daily, by ARN."
  value = {
    for plan in ["hourly", "daily"] : plan => [for bucket, facts in local.buckets : aws_s3_bucket.this[bucket].arn if facts.backup == plan]
  }
}
