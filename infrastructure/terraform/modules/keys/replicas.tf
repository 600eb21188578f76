# Copies of the keys in the second region, for replicated buckets, secrets and backups. They rotate with their primary.

resource "aws_kms_replica_key" "this" {
  for_each = { for purpose, key in local.purposes : purpose => key if key.replicated }
  provider = aws.replica

  description             = "${var.name}: ${each.value.description} (copy)"
  primary_key_arn         = aws_kms_key.this[each.key].arn
  deletion_window_in_days = var.deletion_window_days
  policy                  = local.key_policies.replica[each.key]

  tags = merge(var.tags, { Name = "${var.name}-${each.key}-replica" })
}

resource "aws_kms_alias" "replica" {
  for_each = aws_kms_replica_key.this
  provider = aws.replica

  name          = "alias/${var.name}-${each.key}"
  target_key_id = each.value.key_id
}
