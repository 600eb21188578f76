# How a new version takes over behind the load balancer: started beside the old one, a tenth of the requests for five
# minutes, then all; back to the old one by itself where a task does not get well or one of the alarms goes off.

resource "aws_codedeploy_app" "this" {
  count = local.is_blue_green ? 1 : 0

  name             = local.full_name
  compute_platform = "ECS"

  tags = merge(var.tags, { Name = local.full_name })
}

resource "aws_codedeploy_deployment_group" "this" {
  count = local.is_blue_green ? 1 : 0

  app_name               = aws_codedeploy_app.this[0].name
  deployment_group_name  = local.full_name
  deployment_config_name = var.canary_configuration
  service_role_arn       = aws_iam_role.deployment[0].arn

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  ecs_service {
    cluster_name = var.cluster_name
    service_name = local.ecs_service_name
  }

  load_balancer_info {
    target_group_pair_info {
      prod_traffic_route {
        listener_arns = [var.load_balancer.listener_arn]
      }

      test_traffic_route {
        listener_arns = [var.load_balancer.test_listener_arn]
      }

      target_group {
        name = aws_lb_target_group.this["blue"].name
      }

      target_group {
        name = aws_lb_target_group.this["green"].name
      }
    }
  }

  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout = "CONTINUE_DEPLOYMENT"
    }

    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = var.old_version_kept_minutes
    }
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
  }

  alarm_configuration {
    enabled                   = true
    ignore_poll_alarm_failure = false
    alarms                    = local.blue_green_alarm_names
  }

  tags = merge(var.tags, { Name = local.full_name })

  depends_on = [aws_iam_role_policy.deployment]
}
