# The service's name inside the VPC: <service>.<namespace>, one address for each task that runs.

resource "aws_service_discovery_service" "this" {
  name         = var.service
  description  = "Tasks of ${var.service}"
  namespace_id = var.namespace_id

  dns_config {
    namespace_id   = var.namespace_id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }

  # ECS itself tells which tasks are well.
  health_check_custom_config {
    failure_threshold = 1
  }

  tags = merge(var.tags, { Name = local.full_name })
}
