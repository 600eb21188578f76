output "alb_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "alb_arn_suffix" {
  description = "The part of its ARN by which CloudWatch and Auto Scaling know the load balancer."
  value       = aws_lb.this.arn_suffix
}

output "alb_security_group_id" {
  description = "Group of the load balancer. Services let it in, and add the rule that lets it out to them."
  value       = aws_security_group.load_balancer.id
}

output "listener_arn" {
  description = "Production listener (443), to which services add their rules."
  value       = aws_lb_listener.production.arn
}

output "test_listener_arn" {
  description = "Test listener, on which CodeDeploy shows a new version first."
  value       = aws_lb_listener.test.arn
}

output "distribution_id" {
  description = "Id of the CloudFront distribution."
  value       = aws_cloudfront_distribution.this.id
}

output "distribution_domain_name" {
  description = "CloudFront's own name of the distribution."
  value       = aws_cloudfront_distribution.this.domain_name
}

output "url" {
  description = "Where the product is reached."
  value       = "https://${var.domain_name}"
}

output "origin_names" {
  description = "DNS names behind CloudFront: the one that falls over, and this region's own."
  value       = { service = local.origin_name, home = local.home_name }
}

output "web_acl_arns" {
  description = "Firewalls: viewers (at CloudFront, us-east-1) and origin (at the load balancer)."
  value       = { viewers = aws_wafv2_web_acl.viewers.arn, origin = aws_wafv2_web_acl.origin.arn }
}

output "health_check_ids" {
  description = "Route 53 health checks: home (drives the failover) and product."
  value       = { home = aws_route53_health_check.home.id, product = aws_route53_health_check.product.id }
}

output "global_alarm_topic_arn" {
  description = "Topic of the alarms in us-east-1; it wakes somebody, as the critical one at home does."
  value       = aws_sns_topic.global_alarms.arn
}
