# The origin's name: this region while it is well, the standby region otherwise.

resource "aws_route53_record" "primary" {
  zone_id         = var.zone_id
  name            = local.origin_name
  type            = "CNAME"
  ttl             = 60
  records         = [local.home_name]
  set_identifier  = "primary"
  health_check_id = aws_route53_health_check.home.id

  failover_routing_policy {
    type = "PRIMARY"
  }
}

# Without a health check of its own: it is the last resort.
resource "aws_route53_record" "secondary" {
  count = var.failover ? 1 : 0

  zone_id        = var.zone_id
  name           = local.origin_name
  type           = "CNAME"
  ttl            = 60
  records        = [local.standby_name]
  set_identifier = "secondary"

  failover_routing_policy {
    type = "SECONDARY"
  }

  lifecycle {
    precondition {
      condition     = var.standby_region != local.home_region
      error_message = "The standby region must be another one than the home region."
    }
  }
}
