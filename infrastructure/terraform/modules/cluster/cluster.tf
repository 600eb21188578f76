# The ECS cluster on Fargate. Whatever is typed into a task by ECS Exec is encrypted and logged.

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  configuration {
    execute_command_configuration {
      kms_key_id = var.logs_key_arn
      logging    = "OVERRIDE"

      log_configuration {
        cloud_watch_encryption_enabled = true
        cloud_watch_log_group_name     = aws_cloudwatch_log_group.sessions.name
      }
    }
  }

  tags = merge(var.tags, { Name = var.name })

  # Container Insights would make its log group by itself, unencrypted and kept for ever.
  depends_on = [aws_cloudwatch_log_group.insights]
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = var.use_spot ? ["FARGATE", "FARGATE_SPOT"] : ["FARGATE"]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 1
  }

  # Not the variable's own rule: one that looks at a second variable needs Terraform 1.9.
  lifecycle {
    precondition {
      condition     = !var.use_spot || lookup(var.tags, "Environment", "prod") != "prod"
      error_message = "Production does not run on Spot."
    }
  }
}
