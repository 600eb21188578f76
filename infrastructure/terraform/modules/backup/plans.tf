# When recovery points are made and how long they are kept; each is copied to the second region at once. MongoDB's own
# snapshots are Atlas's (third_party/atlas).

locals {
  plans = {
    # With every change in between: any second of the kept days can be restored.
    hourly = { schedule = "cron(0 * * * ? *)", kept_days = var.hourly_kept_days, start_minutes = 60, done_minutes = 360, continuous = true }
    daily  = { schedule = "cron(30 2 * * ? *)", kept_days = var.daily_kept_days, start_minutes = 60, done_minutes = 720, continuous = false }
  }
}

resource "aws_backup_plan" "this" {
  for_each = local.plans

  name = "${var.name}-${each.key}"

  rule {
    rule_name                = each.key
    target_vault_name        = aws_backup_vault.this.name
    schedule                 = each.value.schedule
    start_window             = each.value.start_minutes
    completion_window        = each.value.done_minutes
    enable_continuous_backup = each.value.continuous
    recovery_point_tags      = merge(var.tags, { Name = "${var.name}-${each.key}" })

    lifecycle {
      delete_after = each.value.kept_days
    }

    copy_action {
      destination_vault_arn = aws_backup_vault.replica.arn

      lifecycle {
        delete_after = each.value.kept_days
      }
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

# A resource says by its tag into which plan it belongs; resources of another environment are none of ours.
resource "aws_backup_selection" "this" {
  for_each = local.plans

  name         = "${var.name}-${each.key}"
  plan_id      = aws_backup_plan.this[each.key].id
  iam_role_arn = aws_iam_role.backup.arn
  resources    = ["*"]

  condition {
    string_equals {
      key   = "aws:ResourceTag/${var.selection_tag}"
      value = each.key
    }

    dynamic "string_equals" {
      for_each = { for tag, value in var.tags : tag => value if contains(["Environment", "Project"], tag) }

      content {
        key   = "aws:ResourceTag/${string_equals.key}"
        value = string_equals.value
      }
    }
  }
}
