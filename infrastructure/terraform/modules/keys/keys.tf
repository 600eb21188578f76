# One key for each purpose, the same material in the second region: what is copied there can be read there.

resource "aws_kms_key" "this" {
  for_each = local.purposes

  description             = "${each.value.description} of ${var.name}"
  multi_region            = true
  enable_key_rotation     = true
  rotation_period_in_days = var.rotation_period_days
  deletion_window_in_days = var.deletion_window_days
  policy                  = local.policies.home[each.key]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_kms_alias" "this" {
  for_each = local.purposes

  name          = "alias/${var.name}-${each.key}"
  target_key_id = aws_kms_key.this[each.key].key_id
}

resource "aws_kms_replica_key" "this" {
  for_each = local.purposes
  provider = aws.replica

  description             = "${each.value.description} of ${var.name}, second region"
  primary_key_arn         = aws_kms_key.this[each.key].arn
  deletion_window_in_days = var.deletion_window_days
  policy                  = local.policies.replica[each.key]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_kms_alias" "replica" {
  for_each = local.purposes
  provider = aws.replica

  name          = "alias/${var.name}-${each.key}"
  target_key_id = aws_kms_replica_key.this[each.key].key_id
}
