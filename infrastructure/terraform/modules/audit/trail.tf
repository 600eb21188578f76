# Every call to AWS in every region, and who touched which object of the product. The bucket keeps it for seven years
# under a lock; each file's digest is signed, so that a missing or changed file shows.

locals {
  # The keys' policies name the trail.
  trail_name = "${var.name}-trail"
  trail_arn  = "${local.arn}:cloudtrail:${local.region}:${local.account}:trail/${local.trail_name}"
}

resource "aws_cloudtrail" "this" {
  #checkov:skip=CKV_AWS_252:A message for each file, every five minutes, is read by nobody: alarms.tf tells what matters
  name                          = local.trail_name
  s3_bucket_name                = var.audit_bucket_name
  s3_key_prefix                 = "cloudtrail"
  kms_key_id                    = var.audit_key_arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  enable_logging                = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail.arn

  advanced_event_selector {
    name = "Management of everything"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  # Without what AWS itself writes for each file of the trail, as that would never end: the file, its copy in the second
  # region, and what S3 logs of both.
  advanced_event_selector {
    name = "Objects in the product's buckets"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }

    field_selector {
      field       = "resources.ARN"
      starts_with = ["${local.arn}:s3:::${var.name}-"]
      not_starts_with = [
        "${local.arn}:s3:::${var.audit_bucket_name}/cloudtrail/",
        "${local.arn}:s3:::${var.audit_bucket_name}-copy/cloudtrail/",
        "${local.arn}:s3:::${var.name}-access-logs-",
      ]
    }
  }

  advanced_event_selector {
    name = "Calls of the product's functions"

    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }

    field_selector {
      field  = "resources.type"
      equals = ["AWS::Lambda::Function"]
    }

    field_selector {
      field       = "resources.ARN"
      starts_with = ["${local.arn}:lambda:${local.region}:${local.account}:function:${var.name}-"]
    }
  }

  insight_selector {
    insight_type = "ApiCallRateInsight"
  }

  insight_selector {
    insight_type = "ApiErrorRateInsight"
  }

  tags = merge(var.tags, { Name = local.trail_name })
}
