# The public name, to CloudFront over IPv4 and IPv6, and this region's own name, to its load balancer.

resource "aws_route53_record" "public" {
  for_each = toset(["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.domain_name
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

# Target health is not asked: with blue/green, the idle target group is empty, which Route 53 takes for ill.
resource "aws_route53_record" "home" {
  zone_id = var.zone_id
  name    = local.home_name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = false
  }
}
