# The registry, planned with a mocked provider: immutable tags, scans, the key, and what is kept.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name            = "brik-refunds-test"
  tags            = { Environment = "test" }
  services        = ["api", "reporting-engine"]
  data_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/data"
  alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:warning"
}

run "images_are_scanned_and_never_replaced" {
  command = plan

  assert {
    condition     = alltrue([for each in aws_ecr_repository.this : each.image_tag_mutability == "IMMUTABLE" && each.image_scanning_configuration[0].scan_on_push])
    error_message = "Tags must be immutable and images scanned."
  }
  assert {
    condition     = alltrue([for each in aws_ecr_repository.this : each.encryption_configuration[0].kms_key == var.data_key_arn])
    error_message = "Images must lie under the data key."
  }
  assert {
    condition     = output.repository_urls["api"] == "123456789012.dkr.ecr.eu-west-1.amazonaws.com/brik-refunds-test/api"
    error_message = "The URL must be the repository's."
  }
}

run "grave_findings_are_told" {
  command = plan

  assert {
    condition     = aws_cloudwatch_event_target.findings.arn == var.alarm_topic_arn
    error_message = "Somebody must hear of a finding."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.findings.event_pattern).detail["repository-name"] == ["brik-refunds-test/api", "brik-refunds-test/reporting-engine"] && toset(flatten([for each in jsondecode(aws_cloudwatch_event_rule.findings.event_pattern).detail["$or"] : keys(each["finding-severity-counts"])])) == toset(["CRITICAL", "HIGH"])
    error_message = "Critical and high findings in our own images count."
  }
}
