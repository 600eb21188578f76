# Security Hub: what GuardDuty and Config find, in one list, and the standards that the account is held to.

resource "aws_securityhub_account" "this" {
  enable_default_standards  = false
  auto_enable_controls      = true
  control_finding_generator = "SECURITY_CONTROL"

  depends_on = [aws_config_configuration_recorder_status.this]
}

resource "aws_securityhub_standards_subscription" "this" {
  for_each = var.standards

  standards_arn = "${local.arn}:securityhub:${local.region}::standards/${each.key}"

  depends_on = [aws_securityhub_account.this]
}
