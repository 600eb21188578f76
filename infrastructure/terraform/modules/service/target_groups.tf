# Two groups of tasks behind the load balancer: one serves, the other takes the next version. Which is which changes
# with every deployment.

locals {
  colours = local.is_blue_green ? toset(["blue", "green"]) : toset([])
}

resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:TLS ends at the load balancer; the hop behind it stays in this VPC between two security groups, and target_protocol turns it to HTTPS once the program serves TLS
  for_each = local.colours

  name        = "${var.name}-${local.short_names[var.service]}-${each.key}"
  vpc_id      = var.vpc_id
  target_type = "ip"
  protocol    = var.target_protocol
  port        = local.port

  deregistration_delay          = 30
  load_balancing_algorithm_type = "least_outstanding_requests"

  # Whether the process lives, not whether the database does: ECS replaces every task that its group calls ill, and while
  # the database is away that would be all of them, again and again. What is missing is told by alarms.
  health_check {
    protocol            = var.target_protocol
    path                = "/health/live"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = merge(var.tags, { Name = "${local.full_name}-${each.key}" })
}
