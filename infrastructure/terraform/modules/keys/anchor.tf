# The key that seals the heads of the audit chains. Its material never leaves KMS: who writes a false anchor needs it.
# AWS does not rotate HMAC keys, and anchors must stay verifiable: a new key gets a new name in the anchor itself.

locals {
  anchor_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.management,
      {
        Sid       = "AccountSealsAndVerifiesByIam"
        Effect    = "Allow"
        Principal = { AWS = local.root }
        Action    = ["kms:GenerateMac", "kms:VerifyMac"]
        Resource  = "*"
        Condition = { StringEquals = { "kms:CallerAccount" = local.account, "kms:MacAlgorithm" = "HMAC_SHA_256" } }
      },
    ]
  })
}

resource "aws_kms_key" "anchor" {
  description              = "Seal of the audit chains' anchors of ${var.name}"
  customer_master_key_spec = "HMAC_256"
  key_usage                = "GENERATE_VERIFY_MAC"
  multi_region             = true
  deletion_window_in_days  = var.deletion_window_days
  policy                   = local.anchor_policy

  tags = merge(var.tags, { Name = "${var.name}-anchor" })
}

resource "aws_kms_alias" "anchor" {
  name          = "alias/${var.name}-anchor"
  target_key_id = aws_kms_key.anchor.key_id
}

resource "aws_kms_replica_key" "anchor" {
  provider = aws.replica

  description             = "Seal of the audit chains' anchors of ${var.name}, second region"
  primary_key_arn         = aws_kms_key.anchor.arn
  deletion_window_in_days = var.deletion_window_days
  policy                  = local.anchor_policy

  tags = merge(var.tags, { Name = "${var.name}-anchor" })
}

resource "aws_kms_alias" "anchor_replica" {
  provider = aws.replica

  name          = "alias/${var.name}-anchor"
  target_key_id = aws_kms_replica_key.anchor.key_id
}
