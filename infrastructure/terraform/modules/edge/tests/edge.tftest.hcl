# The way in, planned and applied with mocked providers: who gets in, over which TLS, what is kept, what falls over.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_data "aws_ec2_managed_prefix_list" {
    defaults = { id = "pl-0cf00000000000001" }
  }
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:eu-west-1:123456789012:certificate/home"
      domain_validation_options = [
        { domain_name = "origin.refunds.example.com", resource_record_name = "_a.origin", resource_record_type = "CNAME", resource_record_value = "_a.acm" },
        { domain_name = "origin-eu-west-1.refunds.example.com", resource_record_name = "_b.origin", resource_record_type = "CNAME", resource_record_value = "_b.acm" },
      ]
    }
  }
  mock_resource "aws_acm_certificate_validation" {
    defaults = { certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/home" }
  }
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/brik/1", arn_suffix = "app/brik/1" }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/brik/1/2" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/origin/1" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-origin" }
  }
  mock_resource "aws_cloudfront_distribution" {
    defaults = { arn = "arn:aws:cloudfront::123456789012:distribution/E1", domain_name = "d1.cloudfront.net", hosted_zone_id = "Z2FDTNDATAQYW2" }
  }
}

mock_provider "aws" {
  alias = "global"

  mock_resource "aws_acm_certificate" {
    defaults = {
      arn = "arn:aws:acm:us-east-1:123456789012:certificate/viewers"
      domain_validation_options = [
        { domain_name = "refunds.example.com", resource_record_name = "_c.refunds", resource_record_type = "CNAME", resource_record_value = "_c.acm" },
      ]
    }
  }
  mock_resource "aws_acm_certificate_validation" {
    defaults = { certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/viewers" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/viewers/1" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-viewers" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/global" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:edge-alarms" }
  }
  mock_resource "aws_cloudwatch_log_delivery_destination" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:edge" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  name              = "brik-refunds-test"
  tags              = { Environment = "test" }
  domain_name       = "refunds.example.com"
  zone_id           = "Z0123456789"
  vpc_id            = "vpc-1"
  public_subnet_ids = ["subnet-1", "subnet-2", "subnet-3"]
  logs_bucket_name  = "brik-refunds-test-logs"
  logs_key_arn      = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  alarm_topic_arn   = "arn:aws:sns:eu-west-1:123456789012:critical"
}

run "as_given" {
  # tls 1 3 at the load balancer and the newest policy at viewers
  assert {
    condition     = aws_lb_listener.production.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" && aws_lb_listener.test.ssl_policy == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    error_message = "Both listeners must speak TLS 1.3, and nothing below the best of 1.2."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "Viewers must be held to the strictest policy of the provider."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].acm_certificate_arn == "arn:aws:acm:us-east-1:123456789012:certificate/viewers"
    error_message = "CloudFront takes certificates of us-east-1 only."
  }
  assert {
    condition     = aws_lb_listener.production.certificate_arn == "arn:aws:acm:eu-west-1:123456789012:certificate/home"
    error_message = "The load balancer takes the home region's certificate."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "https-only" && alltrue([for each in aws_cloudfront_distribution.this.ordered_cache_behavior : each.viewer_protocol_policy == "https-only"])
    error_message = "Nothing may be asked for without TLS."
  }
  assert {
    condition     = alltrue([for each in aws_cloudfront_distribution.this.origin : each.custom_origin_config[0].origin_protocol_policy == "https-only"])
    error_message = "Origins must be reached by HTTPS."
  }

  # certificates are proven by dns for each name
  assert {
    condition     = toset(keys(aws_route53_record.validation)) == toset(["refunds.example.com", "origin.refunds.example.com", "origin-eu-west-1.refunds.example.com"])
    error_message = "Each name of the two certificates needs its record."
  }
  assert {
    condition     = aws_route53_record.validation["refunds.example.com"].name == "_c.refunds" && aws_route53_record.validation["origin.refunds.example.com"].name == "_a.origin"
    error_message = "Each record must carry its own name's proof."
  }

  # only this distribution reaches the load balancer
  assert {
    condition     = aws_vpc_security_group_ingress_rule.cloudfront.prefix_list_id == "pl-0cf00000000000001" && aws_vpc_security_group_ingress_rule.cloudfront.from_port == 443 && aws_vpc_security_group_ingress_rule.cloudfront.to_port == 443
    error_message = "The load balancer must be open to CloudFront's prefix list on 443."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.test_listener) == 0
    error_message = "Nobody may open the test listener unless told."
  }
  assert {
    condition     = alltrue([for rule in aws_lb_listener_rule.inside_only : rule.priority == 1 && rule.action[0].fixed_response[0].status_code == "404"]) && length(aws_lb_listener_rule.inside_only) == 2
    error_message = "Before every other rule of both listeners, what is for the inside must be answered by 404."
  }
  assert {
    condition     = toset(flatten([for rule in aws_lb_listener_rule.inside_only : [for condition in rule.condition : condition.path_pattern[0].values]])) == toset(["/metrics", "/metrics/*", "/health/ready", "/health/ready/*"])
    error_message = "Metrics and the details of health are for the inside."
  }
  assert {
    condition     = alltrue([for prefix in ["/metrics", "/health/ready"] : alltrue([for acl in [aws_wafv2_web_acl.origin, aws_wafv2_web_acl.viewers] : length([for rule in acl.rule : rule if length(flatten(rule.action[*].block)) == 1 && contains([for match in rule.statement[0].byte_match_statement : match.search_string], prefix) && rule.priority < 10]) == 1])])
    error_message = "Both firewalls must turn away what is for the inside, before any rule that lets in."
  }
  assert {
    condition     = length(aws_wafv2_web_acl.origin.default_action[0].block) == 1 && length(aws_wafv2_web_acl.origin.rule) == 3
    error_message = "Requests without the origin secret must be turned away."
  }
  assert {
    condition     = alltrue([for each in aws_cloudfront_distribution.this.origin : one(each.custom_header).name == "x-brik-origin-secret"])
    error_message = "CloudFront must show the origin secret to both origins."
  }
  assert {
    condition     = nonsensitive(alltrue([for each in aws_cloudfront_distribution.this.origin : one(each.custom_header).value == terraform_data.origin_secret["1"].output])) && nonsensitive(length(terraform_data.origin_secret["1"].output) == 64)
    error_message = "The secret that is sent must be the one that is let in."
  }

  # the load balancer answers only what a service takes
  assert {
    condition     = aws_lb_listener.production.port == 443 && aws_lb_listener.production.default_action[0].fixed_response[0].status_code == "404"
    error_message = "What no rule takes must be answered with 404."
  }
  assert {
    condition     = aws_lb_listener.test.port == 8443 && aws_lb_listener.test.default_action[0].type == "fixed-response"
    error_message = "The test listener must answer nothing by itself."
  }
  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.enable_deletion_protection && aws_lb.this.desync_mitigation_mode == "strictest"
    error_message = "The load balancer must drop invalid headers and refuse to be deleted."
  }
  assert {
    condition     = one(aws_lb.this.access_logs).enabled && one(aws_lb.this.access_logs).bucket == "brik-refunds-test-logs"
    error_message = "The load balancer must log."
  }

  # answers of the api are never kept
  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].cache_policy_id == aws_cloudfront_cache_policy.nothing.id
    error_message = "The default behaviour must keep nothing."
  }
  assert {
    condition     = aws_cloudfront_cache_policy.nothing.max_ttl == 0 && aws_cloudfront_cache_policy.nothing.default_ttl == 0
    error_message = "The policy must keep nothing."
  }
  assert {
    condition     = toset([for each in aws_cloudfront_distribution.this.ordered_cache_behavior : each.path_pattern if each.cache_policy_id == aws_cloudfront_cache_policy.documents.id]) == toset(["/openapi.json", "/docs"])
    error_message = "Only public documents may be kept."
  }
  assert {
    condition     = alltrue([for each in aws_cloudfront_distribution.this.ordered_cache_behavior : each.origin_request_policy_id == null || each.origin_request_policy_id == ""])
    error_message = "A token must not reach an origin by a behaviour that keeps answers."
  }
  assert {
    condition     = one(aws_cloudfront_origin_request_policy.everything.headers_config).header_behavior == "allExcept" && one(one(aws_cloudfront_origin_request_policy.everything.headers_config).headers).items == toset(["Host"])
    error_message = "The API must get every header but Host."
  }

  # the firewalls log without tokens
  assert {
    condition     = contains(flatten([for field in aws_wafv2_web_acl_logging_configuration.viewers.redacted_fields : field.single_header[*].name]), "authorization")
    error_message = "The viewers' log must not hold tokens."
  }
  assert {
    condition     = length(setsubtract(["authorization", "x-brik-origin-secret"], flatten([for field in aws_wafv2_web_acl_logging_configuration.origin.redacted_fields : field.single_header[*].name]))) == 0
    error_message = "The origin's log must hold neither tokens nor the origin secret."
  }
  assert {
    condition     = aws_cloudwatch_log_group.firewall.kms_key_id == aws_kms_key.global.arn && aws_cloudwatch_log_group.origin_firewall.kms_key_id == var.logs_key_arn
    error_message = "The logs must be encrypted by a key of their region."
  }
  assert {
    condition     = length(setintersection(aws_cloudwatch_log_delivery.distribution.record_fields, ["cs-uri-query", "cs(Cookie)", "cs(Referer)"])) == 0
    error_message = "Access logs must not hold query strings, cookies or referrers."
  }

  # the public name leads to cloudfront and the origin has a checked primary
  assert {
    condition     = toset(keys(aws_route53_record.public)) == toset(["A", "AAAA"])
    error_message = "The product must be reached by IPv4 and IPv6."
  }
  assert {
    condition     = aws_route53_record.primary.failover_routing_policy[0].type == "PRIMARY" && aws_route53_record.primary.health_check_id == aws_route53_health_check.home.id
    error_message = "The primary must be checked."
  }
  assert {
    condition     = aws_route53_health_check.home.resource_path == "/health/live" && aws_route53_health_check.home.type == "HTTPS"
    error_message = "The home region is asked whether it lives."
  }
  assert {
    condition     = one([for each in aws_cloudfront_distribution.this.ordered_cache_behavior : each.target_origin_id if each.path_pattern == "/health/live"]) == "home"
    error_message = "The check must reach the home region even after a failover."
  }
  assert {
    condition     = length(aws_route53_record.secondary) == 0
    error_message = "Without failover there is no secondary."
  }

  # answers carry the security headers
  assert {
    condition     = aws_cloudfront_response_headers_policy.security.security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 63072000
    error_message = "HSTS must hold for two years."
  }
  assert {
    condition     = alltrue([for each in concat(aws_cloudfront_distribution.this.ordered_cache_behavior[*].response_headers_policy_id, aws_cloudfront_distribution.this.default_cache_behavior[*].response_headers_policy_id) : each == aws_cloudfront_response_headers_policy.security.id])
    error_message = "Every behaviour must add the headers."
  }

  # alarms tell a topic of their region
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.health), [aws_cloudwatch_metric_alarm.viewer_errors, aws_cloudwatch_metric_alarm.blocked, aws_cloudwatch_metric_alarm.viewers_certificate]) : alarm.alarm_actions == toset([aws_sns_topic.global_alarms.arn])])
    error_message = "Alarms of us-east-1 must tell the topic there."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.viewer_errors.threshold == 1
    error_message = "More than 1 % of errors must raise an alarm."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.no_target_answered.alarm_actions == toset([var.alarm_topic_arn])
    error_message = "Alarms of the home region must tell the given topic."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.origin_certificate.dimensions["CertificateArn"] == aws_acm_certificate.origin.arn && aws_cloudwatch_metric_alarm.origin_certificate.alarm_actions == toset([var.alarm_topic_arn])
    error_message = "The load balancer's certificate is watched at home."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.viewers_certificate.dimensions["CertificateArn"] == aws_acm_certificate.viewers.arn
    error_message = "CloudFront's certificate is watched in us-east-1."
  }
  assert {
    condition     = alltrue([for alarm in [aws_cloudwatch_metric_alarm.origin_certificate, aws_cloudwatch_metric_alarm.viewers_certificate] : alarm.metric_name == "DaysToExpiry" && alarm.statistic == "Minimum" && alarm.threshold == 21 && alarm.comparison_operator == "LessThanThreshold" && alarm.period == 86400])
    error_message = "Less than 21 days to its end is an alarm."
  }

  # everything is named and tagged
  assert {
    condition     = aws_lb.this.tags == tomap({ Environment = "test", Name = "brik-refunds-test-public" }) && aws_cloudfront_distribution.this.tags == tomap({ Environment = "test", Name = "brik-refunds-test" })
    error_message = "Tags of the caller and a name are expected."
  }
}

run "with_failover_two_secrets_and_a_rate_limit" {
  variables {
    origin_secret_versions = ["2", "1"]
    rate_limit_per_5m      = 12345
    failover               = true
  }

  # two secrets are let in while one is rotated and the first is sent
  assert {
    condition     = length(aws_wafv2_web_acl.origin.rule) == 4
    error_message = "Both secrets must be let in."
  }
  assert {
    condition     = nonsensitive(alltrue([for each in aws_cloudfront_distribution.this.origin : one(each.custom_header).value == terraform_data.origin_secret["2"].output]))
    error_message = "The first secret is the one that is sent."
  }

  # the firewall has managed rules rate limits and inside only paths
  assert {
    condition     = aws_wafv2_web_acl.viewers.scope == "CLOUDFRONT" && aws_cloudfront_distribution.this.web_acl_id == aws_wafv2_web_acl.viewers.arn
    error_message = "The firewall must stand before CloudFront."
  }
  assert {
    condition = toset(flatten([for rule in aws_wafv2_web_acl.viewers.rule : [for group in rule.statement[0].managed_rule_group_statement : group.name]])) == toset([
      "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesLinuxRuleSet", "AWSManagedRulesAnonymousIpList",
    ])
    error_message = "The managed rule groups must be in force."
  }
  assert {
    condition     = contains(flatten([for rule in aws_wafv2_web_acl.viewers.rule : [for rate in rule.statement[0].rate_based_statement : rate.limit]]), 12345)
    error_message = "The rate limit must be the given one."
  }
  assert {
    condition     = contains(flatten([for rule in aws_wafv2_web_acl.viewers.rule : [for match in rule.statement[0].byte_match_statement : match.search_string]]), "/metrics")
    error_message = "Metrics must not be shown outside."
  }
  assert {
    condition     = length(distinct([for rule in aws_wafv2_web_acl.viewers.rule : rule.priority])) == length(aws_wafv2_web_acl.viewers.rule)
    error_message = "Each rule needs its own priority."
  }

  # the origin falls over to the standby region
  assert {
    condition     = aws_route53_record.secondary[0].failover_routing_policy[0].type == "SECONDARY" && aws_route53_record.secondary[0].records == toset(["origin-eu-central-1.refunds.example.com"])
    error_message = "The secondary must be the standby region's name."
  }
  assert {
    condition     = aws_route53_record.secondary[0].name == aws_route53_record.primary.name
    error_message = "Both records must be of one name."
  }
}

run "paths_with_answers_of_their_own_for_each_caller_cannot_be_kept" {
  command = plan

  variables {
    cached_paths = ["/v1/refunds"]
  }

  expect_failures = [var.cached_paths]
}

run "a_region_cannot_stand_by_for_itself" {
  command = plan

  plan_options {
    target = [aws_route53_record.secondary]
  }

  variables {
    failover       = true
    standby_region = "eu-west-1"
  }

  expect_failures = [aws_route53_record.secondary]
}

run "a_name_that_would_be_too_long_for_a_load_balancer_is_refused" {
  command = plan

  variables {
    name = "brik-refunds-with-a-long-name"
  }

  expect_failures = [var.name]
}
