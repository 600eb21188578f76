# How many tasks run and where. Two resources, as Terraform cannot choose what to ignore: behind a load balancer
# CodeDeploy owns the task definition and the target group, otherwise ECS rolls new versions out. Nobody can open a
# shell in a task: the image has none.

locals {
  # One task on steady capacity, the others four to one on Spot, where Spot is allowed.
  capacity = var.use_spot ? {
    FARGATE      = { base = 1, weight = 1 }
    FARGATE_SPOT = { base = 0, weight = 4 }
    } : {
    FARGATE = { base = 0, weight = 1 }
  }
}

resource "aws_ecs_service" "blue_green" {
  count = local.is_blue_green ? 1 : 0

  name                              = local.full_name
  cluster                           = var.cluster_arn
  task_definition                   = aws_ecs_task_definition.this.arn
  desired_count                     = var.count_min
  platform_version                  = "1.4.0"
  enable_ecs_managed_tags           = true
  enable_execute_command            = false
  propagate_tags                    = "SERVICE"
  health_check_grace_period_seconds = 60

  deployment_controller {
    type = "CODE_DEPLOY"
  }

  dynamic "capacity_provider_strategy" {
    for_each = local.capacity

    content {
      capacity_provider = capacity_provider_strategy.key
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this["blue"].arn
    container_name   = local.container
    container_port   = local.port
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  tags = merge(var.tags, { Name = local.full_name })

  lifecycle {
    ignore_changes = [desired_count, task_definition, load_balancer, platform_version]
  }

  # A target group must hang at a listener before a service can use it; a role without rights starts nothing.
  depends_on = [
    aws_lb_listener_rule.production,
    aws_lb_listener_rule.test,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
  ]
}

resource "aws_ecs_service" "rolling" {
  count = local.is_blue_green ? 0 : 1

  name                               = local.full_name
  cluster                            = var.cluster_arn
  task_definition                    = aws_ecs_task_definition.this.arn
  desired_count                      = var.count_min
  platform_version                   = "1.4.0"
  enable_ecs_managed_tags            = true
  enable_execute_command             = false
  propagate_tags                     = "SERVICE"
  availability_zone_rebalancing      = "ENABLED"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_controller {
    type = "ECS"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = local.rolling_alarm_names
  }

  dynamic "capacity_provider_strategy" {
    for_each = local.capacity

    content {
      capacity_provider = capacity_provider_strategy.key
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = false
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this.arn
  }

  tags = merge(var.tags, { Name = local.full_name })

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_iam_role_policy.execution, aws_iam_role_policy.task]
}
