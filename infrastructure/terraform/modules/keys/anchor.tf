# The key that seals the heads of the audit chains: it makes and checks codes and never leaves KMS, so nobody who can
# write to the bucket of anchors can forge one.

resource "aws_kms_key" "anchor" {
  #checkov:skip=CKV_AWS_7:KMS cannot rotate HMAC keys, and a new one could not check old anchors
  description              = "${var.name}: seals of the audit chains' anchors"
  key_usage                = "GENERATE_VERIFY_MAC"
  customer_master_key_spec = "HMAC_256"
  multi_region             = true
  deletion_window_in_days  = var.deletion_window_days
  policy                   = local.anchor_policy

  tags = merge(var.tags, { Name = "${var.name}-anchor" })
}

resource "aws_kms_alias" "anchor" {
  name          = "alias/${var.name}-anchor"
  target_key_id = aws_kms_key.anchor.key_id
}
