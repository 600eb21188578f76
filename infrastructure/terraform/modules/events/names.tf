# Names and facts that the other files share.

data "aws_caller_identity" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id

  # As the product writes it on every event.
  source = "brik.refunds"

  alarm_actions = compact([var.alarm_topic_arn])
}
