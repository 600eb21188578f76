# Who may open a connection to the load balancer: CloudFront. Where it may go is added by each service beside its own
# group, so that there is never a rule without its service.

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_security_group" "load_balancer" {
  name_prefix = "${var.name}-load-balancer-"
  description = "Public load balancer: from CloudFront to the services"
  vpc_id      = var.vpc_id

  tags = merge(var.tags, { Name = "${var.name}-load-balancer" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  security_group_id = aws_security_group.load_balancer.id
  description       = "HTTPS from CloudFront"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id

  tags = merge(var.tags, { Name = "${var.name}-load-balancer-from-cloudfront" })
}

resource "aws_vpc_security_group_ingress_rule" "test_listener" {
  for_each = var.test_listener_cidrs

  security_group_id = aws_security_group.load_balancer.id
  description       = "Test listener for the hooks of a deployment"
  ip_protocol       = "tcp"
  from_port         = var.test_listener_port
  to_port           = var.test_listener_port
  cidr_ipv4         = each.value

  tags = merge(var.tags, { Name = "${var.name}-load-balancer-test" })
}
