# Who may open a connection to the cache: each service adds its own rule here. The cache opens none.

locals {
  port = 6379
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-cache-"
  description = "Redis of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-cache" })

  lifecycle {
    create_before_destroy = true
  }
}
