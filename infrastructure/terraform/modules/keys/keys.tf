# The keys of the home region. Multi-region: a copy in the second region opens what was encrypted here.

resource "aws_kms_key" "this" {
  for_each = local.purposes

  description             = "${var.name}: ${each.value.description}"
  multi_region            = true
  enable_key_rotation     = true
  rotation_period_in_days = var.rotation_period_days
  deletion_window_in_days = var.deletion_window_days
  policy                  = local.key_policies.home[each.key]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_kms_alias" "this" {
  for_each = aws_kms_key.this

  name          = "alias/${var.name}-${each.key}"
  target_key_id = each.value.key_id
}
