# Which requests come here: the same paths on the production and on the test listener. CodeDeploy moves both rules from
# colour to colour; Terraform only makes them.

resource "aws_lb_listener_rule" "production" {
  count = local.is_blue_green ? 1 : 0

  listener_arn = var.load_balancer.listener_arn
  priority     = var.load_balancer.priority

  condition {
    path_pattern {
      values = var.load_balancer.path_patterns
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["blue"].arn
  }

  tags = merge(var.tags, { Name = "${local.full_name}-production" })

  lifecycle {
    ignore_changes = [action]
  }
}

resource "aws_lb_listener_rule" "test" {
  count = local.is_blue_green ? 1 : 0

  listener_arn = var.load_balancer.test_listener_arn
  priority     = var.load_balancer.priority

  condition {
    path_pattern {
      values = var.load_balancer.path_patterns
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["green"].arn
  }

  tags = merge(var.tags, { Name = "${local.full_name}-test" })

  lifecycle {
    ignore_changes = [action]
  }
}
