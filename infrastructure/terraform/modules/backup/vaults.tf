# Where recovery points lie: here, and a second time in the second region. Once the lock is closed, nobody deletes any
# before its time: not an intruder with administrator's rights, nor the account's owner.

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "home" {}

data "aws_region" "replica" {
  provider = aws.replica
}

locals {
  account     = data.aws_caller_identity.this.account_id
  arn         = "arn:${data.aws_partition.this.partition}"
  home_region = data.aws_region.home.name

  # A multi-region key has the same id in both regions.
  replica_key_arn = replace(var.backup_key_arn, ":kms:${local.home_region}:", ":kms:${data.aws_region.replica.name}:")

  kept_days_min = min(var.hourly_kept_days, var.daily_kept_days)
  kept_days_max = max(var.hourly_kept_days, var.daily_kept_days)
}

resource "aws_backup_vault" "this" {
  name        = "${var.name}-backups"
  kms_key_arn = var.backup_key_arn

  tags = merge(var.tags, { Name = "${var.name}-backups" })
}

resource "aws_backup_vault" "replica" {
  provider = aws.replica

  name        = "${var.name}-backups"
  kms_key_arn = local.replica_key_arn

  tags = merge(var.tags, { Name = "${var.name}-backups" })
}

resource "aws_backup_vault_lock_configuration" "this" {
  count = var.vault_lock ? 1 : 0

  backup_vault_name   = aws_backup_vault.this.name
  changeable_for_days = var.lock_grace_days
  min_retention_days  = local.kept_days_min
  max_retention_days  = local.kept_days_max
}

resource "aws_backup_vault_lock_configuration" "replica" {
  count    = var.vault_lock ? 1 : 0
  provider = aws.replica

  backup_vault_name   = aws_backup_vault.replica.name
  changeable_for_days = var.lock_grace_days
  min_retention_days  = local.kept_days_min
  max_retention_days  = local.kept_days_max
}
