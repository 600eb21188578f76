# What a mocked AWS in eu-west-1 answers where a format matters; everything else is a random word.

mock_data "aws_region" {
  defaults = {
    name = "eu-west-1"
  }
}

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition  = "aws"
    dns_suffix = "amazonaws.com"
  }
}

mock_data "aws_iam_policy_document" {
  defaults = {
    json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:eu-west-1:123456789012:mock"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {
    arn = "arn:aws:logs:eu-west-1:123456789012:log-group:mock"
  }
}

mock_resource "aws_kinesis_firehose_delivery_stream" {
  defaults = {
    arn = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/mock"
  }
}

mock_resource "aws_iam_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/mock"
  }
}

mock_resource "aws_iam_policy" {
  defaults = {
    arn = "arn:aws:iam::123456789012:policy/mock"
  }
}

mock_resource "aws_wafv2_web_acl" {
  defaults = {
    arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/mock/1"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn                       = "arn:aws:acm:eu-west-1:123456789012:certificate/mock"
    domain_validation_options = [{ domain_name = "origin.refunds.brik.example.com", resource_record_name = "_origin.refunds.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin.refunds.brik.example.com.acm" }, { domain_name = "origin-eu-west-1.refunds.brik.example.com", resource_record_name = "_origin-eu-west-1.refunds.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin-eu-west-1.refunds.brik.example.com.acm" }, { domain_name = "origin.refunds.staging.brik.example.com", resource_record_name = "_origin.refunds.staging.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin.refunds.staging.brik.example.com.acm" }, { domain_name = "origin-eu-west-1.refunds.staging.brik.example.com", resource_record_name = "_origin-eu-west-1.refunds.staging.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin-eu-west-1.refunds.staging.brik.example.com.acm" }, { domain_name = "origin.refunds.test.brik.example.com", resource_record_name = "_origin.refunds.test.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin.refunds.test.brik.example.com.acm" }, { domain_name = "origin-eu-west-1.refunds.test.brik.example.com", resource_record_name = "_origin-eu-west-1.refunds.test.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin-eu-west-1.refunds.test.brik.example.com.acm" }, { domain_name = "origin.refunds.dev.brik.example.com", resource_record_name = "_origin.refunds.dev.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin.refunds.dev.brik.example.com.acm" }, { domain_name = "origin-eu-west-1.refunds.dev.brik.example.com", resource_record_name = "_origin-eu-west-1.refunds.dev.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_origin-eu-west-1.refunds.dev.brik.example.com.acm" }]
  }
}

mock_resource "aws_acm_certificate_validation" {
  defaults = {
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/mock"
  }
}

mock_resource "aws_cloudwatch_log_delivery_destination" {
  defaults = {
    arn = "arn:aws:logs:eu-west-1:123456789012:delivery-destination:mock"
  }
}

override_resource {
  target = module.stack.module.storage.aws_s3_bucket.this["logs"]
  values = { arn = "arn:aws:s3:::logs" }
}

override_resource {
  target = module.stack.module.keys.aws_kms_key.this["audit"]
  values = { arn = "arn:aws:kms:eu-west-1:123456789012:key/audit" }
}

override_resource {
  target = module.stack.module.keys.aws_kms_key.this["backup"]
  values = { arn = "arn:aws:kms:eu-west-1:123456789012:key/backup" }
}

override_resource {
  target = module.stack.module.keys.aws_kms_key.this["data"]
  values = { arn = "arn:aws:kms:eu-west-1:123456789012:key/data" }
}

override_resource {
  target = module.stack.module.keys.aws_kms_key.this["logs"]
  values = { arn = "arn:aws:kms:eu-west-1:123456789012:key/logs" }
}

override_resource {
  target = module.stack.module.keys.aws_kms_key.this["queues"]
  values = { arn = "arn:aws:kms:eu-west-1:123456789012:key/queues" }
}

override_resource {
  target = module.stack.module.keys.aws_kms_key.this["secrets"]
  values = { arn = "arn:aws:kms:eu-west-1:123456789012:key/secrets" }
}

mock_data "aws_ec2_managed_prefix_list" {
  defaults = {
    id = "pl-cloudfront"
  }
}

mock_data "aws_availability_zones" {
  defaults = {
    names    = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    zone_ids = ["euw1-az1", "euw1-az2", "euw1-az3"]
  }
}

mock_data "aws_secretsmanager_secret_version" {
  defaults = {
    secret_string = "{\"auth_token\":\"a-token-of-forty-characters-for-this-test\"}"
  }
}

mock_data "aws_secretsmanager_random_password" {
  defaults = {
    random_password = "a-token-of-forty-characters-for-this-test"
  }
}

mock_resource "aws_lb" {
  defaults = {
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/mock/1"
  }
}

mock_resource "aws_lb_listener" {
  defaults = {
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/mock/1/2"
  }
}

mock_resource "aws_lb_listener_rule" {
  defaults = {
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/mock/1/2/3"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/mock/1"
  }
}

mock_resource "aws_ecs_task_definition" {
  defaults = {
    arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/mock:1"
  }
}

mock_resource "aws_ecs_cluster" {
  defaults = {
    arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/mock"
  }
}

mock_resource "aws_appautoscaling_policy" {
  defaults = {
    arn = "arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:1:mock"
  }
}

mock_resource "aws_service_discovery_service" {
  defaults = {
    arn = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1"
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    arn            = "arn:aws:cloudfront::123456789012:distribution/MOCK"
    domain_name    = "mock.cloudfront.net"
    hosted_zone_id = "Z2FDTNDATAQYW2"
  }
}

mock_resource "aws_cloudwatch_event_bus" {
  defaults = {
    arn = "arn:aws:events:eu-west-1:123456789012:event-bus/mock"
  }
}

override_resource {
  target = module.stack.module.events.aws_sqs_queue.failed_refunds
  values = { arn = "arn:aws:sqs:eu-west-1:123456789012:failed-refunds" }
}

mock_resource "aws_cognito_user_pool" {
  defaults = {
    id  = "eu-west-1_mock"
    arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_mock"
  }
}

override_resource {
  target = module.stack.module.events.aws_sqs_queue.undelivered
  values = { arn = "arn:aws:sqs:eu-west-1:123456789012:undelivered" }
}

mock_resource "aws_iam_openid_connect_provider" {
  defaults = {
    arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }
}

mock_resource "aws_lambda_function" {
  defaults = {
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:mock"
  }
}

override_resource {
  target = module.stack.module.secrets.aws_secretsmanager_secret.redis_token
  values = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:redis-token" }
}

mock_resource "aws_cloudtrail" {
  defaults = {
    arn = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/mock"
  }
}
