# What a mocked AWS in us-east-1 answers where a format matters; everything else is a random word.

mock_data "aws_region" {
  defaults = {
    name = "us-east-1"
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
    arn = "arn:aws:sns:us-east-1:123456789012:mock"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:mock"
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
    arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/mock/1"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn                       = "arn:aws:acm:us-east-1:123456789012:certificate/mock"
    domain_validation_options = [{ domain_name = "refunds.brik.example.com", resource_record_name = "_refunds.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_refunds.brik.example.com.acm" }, { domain_name = "refunds.staging.brik.example.com", resource_record_name = "_refunds.staging.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_refunds.staging.brik.example.com.acm" }, { domain_name = "refunds.test.brik.example.com", resource_record_name = "_refunds.test.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_refunds.test.brik.example.com.acm" }, { domain_name = "refunds.dev.brik.example.com", resource_record_name = "_refunds.dev.brik.example.com", resource_record_type = "CNAME", resource_record_value = "_refunds.dev.brik.example.com.acm" }]
  }
}

mock_resource "aws_acm_certificate_validation" {
  defaults = {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/mock"
  }
}

mock_resource "aws_cloudwatch_log_delivery_destination" {
  defaults = {
    arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:mock"
  }
}
