# GuardDuty: looks for intruders in the trail, in the network's flows, in the buckets' events and in the tasks. An account
# has one detector in a region: where the baseline made it, it is used.

locals {
  detector_id = var.has_baseline ? data.aws_guardduty_detector.baseline[0].id : aws_guardduty_detector.this[0].id
}

data "aws_guardduty_detector" "baseline" {
  count = var.has_baseline ? 1 : 0
}

resource "aws_guardduty_detector" "this" {
  #checkov:skip=CKV2_AWS_3:One account for each environment, outside any organisation: the detector is on in this account and region
  count = var.has_baseline ? 0 : 1

  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"

  tags = merge(var.tags, { Name = "${var.name}-detector" })
}

# No agent inside the tasks: it would need a way out of them, and rights on an image, that no task has.
resource "aws_guardduty_detector_feature" "this" {
  for_each = toset(["LAMBDA_NETWORK_LOGS", "S3_DATA_EVENTS"])

  detector_id = local.detector_id
  name        = each.key
  status      = "ENABLED"
}
