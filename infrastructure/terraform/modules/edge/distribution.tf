# CloudFront before the load balancer. TLSv1.2_2021 is the strictest viewer policy that the pinned provider takes
# (5.100 knows none of 2025); it speaks TLS 1.3 with every viewer that can.

locals {
  every_method = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
  origins      = { service = local.origin_name, home = local.home_name }

  # Readings need no more than GET. The liveness of this region is always asked at home, never at the standby: the
  # failover's health check looks at it.
  readings = concat(
    [{ path = local.liveness_path, origin = "home", cache_policy_id = aws_cloudfront_cache_policy.nothing.id }],
    [for path in var.cached_paths : { path = path, origin = "service", cache_policy_id = aws_cloudfront_cache_policy.documents.id }],
  )
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_86:Access logs are delivered by access_logs.tf, whose bucket needs no ACLs
  #checkov:skip=CKV_AWS_305:An API has no root object
  #checkov:skip=CKV_AWS_310:Failover is Route 53's (failover.tf), since an origin group fails over for reads only
  #checkov:skip=CKV_AWS_374:Merchants and their customers are in every country; sanctions are rules of the product
  comment         = var.name
  enabled         = true
  aliases         = [var.domain_name]
  http_version    = "http2and3"
  is_ipv6_enabled = true
  price_class     = var.price_class
  web_acl_id      = aws_wafv2_web_acl.viewers.arn

  dynamic "origin" {
    for_each = local.origins

    content {
      origin_id           = origin.key
      domain_name         = origin.value
      connection_attempts = 2
      connection_timeout  = 5

      custom_header {
        name  = local.secret_header
        value = local.sent_secret
      }

      custom_origin_config {
        http_port                = 80
        https_port               = 443
        origin_protocol_policy   = "https-only"
        origin_ssl_protocols     = ["TLSv1.2"]
        origin_read_timeout      = 30
        origin_keepalive_timeout = 55
      }
    }
  }

  # https-only, not a redirect: by the time a redirect is answered, the token has crossed the wire in the clear.
  default_cache_behavior {
    target_origin_id           = "service"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = local.every_method
    cached_methods             = ["GET", "HEAD"]
    compress                   = false
    cache_policy_id            = aws_cloudfront_cache_policy.nothing.id
    origin_request_policy_id   = aws_cloudfront_origin_request_policy.everything.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.security.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.readings

    content {
      path_pattern               = ordered_cache_behavior.value.path
      target_origin_id           = ordered_cache_behavior.value.origin
      viewer_protocol_policy     = "https-only"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      compress                   = true
      cache_policy_id            = ordered_cache_behavior.value.cache_policy_id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.security.id
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.viewers.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  tags = merge(var.tags, { Name = var.name })
}
