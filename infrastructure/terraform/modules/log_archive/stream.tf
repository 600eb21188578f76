# From the log groups into the bucket, within a minute. CloudWatch Logs hands over batches that it has gzipped: Firehose
# unpacks them, puts each on a line of its own, and packs the whole object once.

resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = local.full_name
  destination = "extended_s3"

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = var.logs_key_arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.delivery.arn
    bucket_arn          = var.logs_bucket_arn
    kms_key_arn         = var.logs_key_arn
    prefix              = "${local.place}/${local.day}"
    error_output_prefix = "${local.failed_place}/!{firehose:error-output-type}/${local.day}"
    buffering_interval  = var.buffer_s
    buffering_size      = var.buffer_mib
    compression_format  = "GZIP"

    processing_configuration {
      enabled = true

      processors {
        type = "Decompression"

        parameters {
          parameter_name  = "CompressionFormat"
          parameter_value = "GZIP"
        }
      }

      processors {
        type = "AppendDelimiterToRecord"
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.delivery.name
      log_stream_name = aws_cloudwatch_log_stream.delivery.name
    }
  }

  tags = merge(var.tags, { Name = local.full_name })

  # Firehose tries its role when the stream is made.
  depends_on = [aws_iam_role_policy.delivery]
}
