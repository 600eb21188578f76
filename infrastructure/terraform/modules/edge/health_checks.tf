# Two questions from outside, both by the public name and therefore past CloudFront and its firewall, so that nobody
# else needs a way to the load balancer: does this region live (drives the failover), is the product ready (an alarm).

resource "aws_route53_health_check" "home" {
  type              = "HTTPS"
  fqdn              = var.domain_name
  port              = 443
  resource_path     = local.liveness_path
  enable_sni        = true
  request_interval  = 10
  failure_threshold = 3
  measure_latency   = false

  tags = merge(var.tags, { Name = "${var.name}-${local.home_region}" })
}

resource "aws_route53_health_check" "product" {
  type              = "HTTPS"
  fqdn              = var.domain_name
  port              = 443
  resource_path     = local.readiness_path
  enable_sni        = true
  request_interval  = 30
  failure_threshold = 3
  measure_latency   = true

  tags = merge(var.tags, { Name = "${var.name}-product" })
}
