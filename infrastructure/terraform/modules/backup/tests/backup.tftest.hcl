# The backups with mocked providers: often enough, kept long enough, copied far away, locked, restored.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-west-1:123456789012:backup-vault:brik-refunds-prod-backups" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
}

mock_provider "aws" {
  alias = "replica"

  mock_data "aws_region" {
    defaults = { name = "eu-central-1" }
  }
  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:eu-central-1:123456789012:backup-vault:brik-refunds-prod-backups" }
  }
}

variables {
  name           = "brik-refunds-prod"
  tags           = { Environment = "prod", Project = "brik-refunds", Owner = "refunds" }
  backup_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-backup"
}

run "hourly_points_are_kept_thirty_days_daily_ones_ninety" {
  assert {
    condition     = { for plan, made in aws_backup_plan.this : plan => one(one(made.rule).lifecycle).delete_after } == { hourly = 30, daily = 90 }
    error_message = "Retention must be the seed's."
  }
  assert {
    condition     = { for plan, made in aws_backup_plan.this : plan => one(made.rule).schedule } == { hourly = "cron(0 * * * ? *)", daily = "cron(30 2 * * ? *)" }
    error_message = "A point every hour, and one every day."
  }
  assert {
    condition     = one(aws_backup_plan.this["hourly"].rule).enable_continuous_backup
    error_message = "What lies between two hours can be restored, too."
  }
  assert {
    condition     = alltrue([for plan in aws_backup_plan.this : one(plan.rule).completion_window >= one(plan.rule).start_window + 60])
    error_message = "AWS asks for an hour between the latest start and the end."
  }
}

run "every_point_is_copied_to_the_second_region" {
  assert {
    condition     = alltrue([for plan in aws_backup_plan.this : one(one(plan.rule).copy_action).destination_vault_arn == output.replica_vault_arn])
    error_message = "A region's loss must not take its backups with it."
  }
  assert {
    condition     = alltrue([for plan in aws_backup_plan.this : one(one(one(plan.rule).copy_action).lifecycle).delete_after == one(one(plan.rule).lifecycle).delete_after])
    error_message = "Copies are kept as long."
  }
  assert {
    condition     = aws_backup_vault.replica.kms_key_arn == "arn:aws:kms:eu-central-1:123456789012:key/mrk-backup" && aws_backup_vault.this.kms_key_arn == var.backup_key_arn
    error_message = "Copies are encrypted by the same key's copy."
  }
}

run "locked_vaults_keep_their_points" {
  assert {
    condition     = alltrue([for lock in concat(aws_backup_vault_lock_configuration.this, aws_backup_vault_lock_configuration.replica) : lock.changeable_for_days == 7 && lock.min_retention_days == 30 && lock.max_retention_days == 90])
    error_message = "The lock closes after a week and spans what the plans keep."
  }
  assert {
    condition     = length(aws_backup_vault_lock_configuration.this) == 1 && length(aws_backup_vault_lock_configuration.replica) == 1
    error_message = "Both vaults are locked."
  }
}

run "vaults_without_a_lock_still_refuse_early_deletion" {
  variables {
    vault_lock = false
  }
  assert {
    condition     = length(aws_backup_vault_lock_configuration.this) == 0
    error_message = "No lock was asked for."
  }
  assert {
    condition = alltrue([for policy in [aws_backup_vault_policy.this.policy, aws_backup_vault_policy.replica.policy] :
      alltrue([for statement in jsondecode(policy).Statement : statement.Effect == "Deny"]) && contains(jsondecode(policy).Statement[1].Action, "backup:DeleteRecoveryPoint")
    ])
    error_message = "A vault's policy gives nobody anything, and takes the deletion."
  }
}

run "resources_choose_their_plan_by_their_tag" {
  assert {
    condition = alltrue([for plan, selection in aws_backup_selection.this :
      contains([for one in tolist(selection.condition)[0].string_equals : "${one.key}=${one.value}"], "aws:ResourceTag/backup-plan=${plan}")
    ])
    error_message = "The tag says into which plan a resource belongs."
  }
  assert {
    condition = alltrue([for selection in aws_backup_selection.this :
      contains([for one in tolist(selection.condition)[0].string_equals : "${one.key}=${one.value}"], "aws:ResourceTag/Environment=prod")
    ])
    error_message = "Resources of another environment are none of ours."
  }
}

run "points_are_restored_every_week" {
  assert {
    condition     = aws_backup_restore_testing_plan.this.schedule_expression == "cron(0 4 ? * SUN *)" && aws_backup_restore_testing_selection.buckets.protected_resource_type == "S3"
    error_message = "A backup that was never restored is none."
  }
}

run "failed_and_missing_backups_are_told" {
  variables {
    alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:critical"
  }
  assert {
    condition     = alltrue([for alarm in [aws_cloudwatch_metric_alarm.failed, aws_cloudwatch_metric_alarm.missing] : alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "Somebody hears of it."
  }
  assert {
    condition     = one(aws_cloudwatch_event_target.failures).arn == var.alarm_topic_arn && contains(jsondecode(aws_cloudwatch_event_rule.failures.event_pattern)["detail-type"], "Copy Job State Change")
    error_message = "A copy or a restore that failed is told, too."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.missing.treat_missing_data == "breaching"
    error_message = "Silence is a failure."
  }
}

run "point_in_time_longer_than_aws_keeps_it_is_refused" {
  command = plan
  variables {
    hourly_kept_days = 36
  }
  expect_failures = [var.hourly_kept_days]
}

run "lock_without_grace_is_refused" {
  command = plan
  variables {
    lock_grace_days = 0
  }
  expect_failures = [var.lock_grace_days]
}

run "key_of_no_region_is_refused" {
  command = plan
  variables {
    backup_key_arn = "alias/backup"
  }
  expect_failures = [var.backup_key_arn]
}
