# The load balancer: takes requests from CloudFront only, hands them to the services' target groups. The services add
# their own listener rules; what no rule takes is answered here.

resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_76:Known bad inputs are stopped by the web ACL at CloudFront, before which nothing gets here
  #checkov:skip=CKV_AWS_150:Off where an environment may be taken down; tests/infrastructure asserts it in production
  name               = "${var.name}-public"
  load_balancer_type = "application"
  internal           = false
  subnets            = var.public_subnet_ids
  security_groups    = [aws_security_group.load_balancer.id]

  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_deletion_protection = var.deletion_protection
  enable_http2               = true
  preserve_host_header       = false
  idle_timeout               = 60

  access_logs {
    bucket  = var.logs_bucket_name
    prefix  = "load-balancer"
    enabled = true
  }

  connection_logs {
    bucket  = var.logs_bucket_name
    prefix  = "load-balancer-connections"
    enabled = true
  }

  tags = merge(var.tags, { Name = "${var.name}-public" })
}

locals {
  nothing_here = jsonencode({
    type   = "about:blank"
    title  = "Not Found"
    status = 404
    code   = "not_found"
  })
}

resource "aws_lb_listener" "production" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.origin_tls_policy
  certificate_arn   = aws_acm_certificate_validation.origin.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = local.nothing_here
      status_code  = "404"
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-production" })
}

resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.this.arn
  port              = var.test_listener_port
  protocol          = "HTTPS"
  ssl_policy        = var.origin_tls_policy
  certificate_arn   = aws_acm_certificate_validation.origin.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "application/json"
      message_body = local.nothing_here
      status_code  = "404"
    }
  }

  tags = merge(var.tags, { Name = "${var.name}-test" })
}
