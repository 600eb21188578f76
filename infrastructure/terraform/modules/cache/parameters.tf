# How Redis behaves where its own habits do not fit.

locals {
  parameters = {
    cluster-enabled = "yes"
    # When memory runs out, what has an end goes first, the least used of it; keys without an end stay.
    maxmemory-policy = "volatile-lru"
    # Memory is given back while Redis serves.
    activedefrag = "yes"
    # Idle connections of tasks that are gone.
    timeout       = "600"
    tcp-keepalive = "60"
    # Microseconds from which a command goes to the slow log.
    slowlog-log-slower-than = "10000"
  }
}

resource "aws_elasticache_parameter_group" "this" {
  name        = "${var.name}-cache-redis7"
  description = "Redis 7 in cluster mode for ${var.name}"
  family      = "redis7"

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-cache-redis7" })
}
