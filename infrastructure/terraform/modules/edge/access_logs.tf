# CloudFront's access logs to the logs bucket, by CloudWatch's log delivery. Only the fields named here: no query
# string, no cookie, no referrer.

locals {
  access_log_fields = [
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs-uri-stem", "sc-status", "cs(User-Agent)",
    "x-edge-result-type", "x-edge-request-id", "cs-protocol", "cs-bytes", "time-taken", "ssl-protocol", "ssl-cipher",
    "x-edge-response-result-type", "cs-protocol-version", "time-to-first-byte", "x-edge-detailed-result-type",
  ]
}

resource "aws_cloudwatch_log_delivery_source" "distribution" {
  provider = aws.global

  name         = "${var.name}-distribution"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.this.arn

  tags = merge(var.tags, { Name = "${var.name}-distribution" })
}

resource "aws_cloudwatch_log_delivery_destination" "logs_bucket" {
  provider = aws.global

  name          = "${var.name}-distribution"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = "arn:${data.aws_partition.this.partition}:s3:::${var.logs_bucket_name}/distribution"
  }

  tags = merge(var.tags, { Name = "${var.name}-distribution" })
}

resource "aws_cloudwatch_log_delivery" "distribution" {
  provider = aws.global

  delivery_source_name     = aws_cloudwatch_log_delivery_source.distribution.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.logs_bucket.arn
  record_fields            = local.access_log_fields

  s3_delivery_configuration {
    suffix_path                 = "/{yyyy}/{MM}/{dd}/{HH}"
    enable_hive_compatible_path = false
  }

  tags = merge(var.tags, { Name = "${var.name}-distribution" })
}
