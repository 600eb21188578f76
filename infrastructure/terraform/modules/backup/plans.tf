# When, for how long, and what: what is named, and whatever carries the tag backup-plan with the plan's name.

locals {
  plans = {
    hourly = { schedule = "cron(0 * * * ? *)", keep_days = var.hourly_retention_days }
    daily  = { schedule = "cron(30 2 * * ? *)", keep_days = var.daily_retention_days }
  }
}

resource "aws_backup_plan" "this" {
  for_each = local.plans

  name = "${var.name}-${each.key}"

  rule {
    rule_name         = each.key
    target_vault_name = aws_backup_vault.this.name
    schedule          = each.value.schedule
    start_window      = 60
    completion_window = 180

    lifecycle {
      delete_after = each.value.keep_days
    }

    copy_action {
      destination_vault_arn = aws_backup_vault.replica.arn

      lifecycle {
        delete_after = each.value.keep_days
      }
    }

    # In an account of its own nobody who takes this one over reaches the copy.
    dynamic "copy_action" {
      for_each = each.key == "daily" ? compact([var.central_vault_arn]) : []

      content {
        destination_vault_arn = copy_action.value

        lifecycle {
          delete_after = each.value.keep_days
        }
      }
    }

    recovery_point_tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
  }

  tags = merge(var.tags, { Name = "${var.name}-${each.key}" })
}

resource "aws_backup_selection" "this" {
  for_each = local.plans

  name         = "${var.name}-${each.key}"
  plan_id      = aws_backup_plan.this[each.key].id
  iam_role_arn = aws_iam_role.backup.arn
  resources    = lookup(var.resource_arns, each.key, [])

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup-plan"
    value = each.key
  }
}
