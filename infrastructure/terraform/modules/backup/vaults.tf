# Where backups lie, at home and in the second region, and what may not be done to them.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  owner = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root"

  # A stolen administrator's first errand is the backups. Whoever needs this changes the policy first, which is seen.
  vault_policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid       = "NobodyShortensOrDeletes"
      Effect    = "Deny"
      Principal = { AWS = local.owner }
      Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
      Resource  = "*"
    }]
  }
}

resource "aws_backup_vault" "this" {
  name        = "${var.name}-vault"
  kms_key_arn = var.backup_key_arn

  tags = merge(var.tags, { Name = "${var.name}-vault" })
}

resource "aws_backup_vault_policy" "this" {
  count = var.vault_lock ? 1 : 0

  backup_vault_name = aws_backup_vault.this.name
  policy            = jsonencode(local.vault_policy)
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.vault_lock ? 1 : 0

  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = var.vault_lock_days.min
  max_retention_days  = var.vault_lock_days.max
  changeable_for_days = var.vault_lock_grace_days
}

resource "aws_backup_vault" "replica" {
  #checkov:skip=CKV_AWS_166:under KMS in any case: module keys' copy where it is given, else AWS Backup's own key of that region
  provider = aws.replica

  name        = "${var.name}-vault"
  kms_key_arn = var.replica_key_arn

  tags = merge(var.tags, { Name = "${var.name}-vault" })
}

resource "aws_backup_vault_policy" "replica" {
  count    = var.vault_lock ? 1 : 0
  provider = aws.replica

  backup_vault_name = aws_backup_vault.replica.name
  policy            = jsonencode(local.vault_policy)
}

resource "aws_backup_vault_lock_configuration" "replica" {
  count    = var.vault_lock ? 1 : 0
  provider = aws.replica

  backup_vault_name   = aws_backup_vault.replica.name
  min_retention_days  = var.vault_lock_days.min
  max_retention_days  = var.vault_lock_days.max
  changeable_for_days = var.vault_lock_grace_days
}
