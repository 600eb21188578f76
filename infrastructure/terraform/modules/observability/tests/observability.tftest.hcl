# What watches the product, planned and applied with a mocked provider.

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
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:123456789012:brik" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/topics" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/brik" }
  }
}

variables {
  name                    = "brik-refunds-prod"
  tags                    = { Environment = "prod" }
  emails                  = ["devops@example.com"]
  critical_urls           = ["https://events.example.com/x"]
  service_names           = { api = "brik-refunds-prod-api", reporting-engine = "brik-refunds-prod-reporting-engine" }
  log_group_names         = { api = "/brik/api", reporting-engine = "/brik/reporting-engine" }
  cluster_name            = "brik-refunds-prod"
  alb_arn_suffix          = "app/brik/1"
  queue_names             = { review = "brik-review", submit = "brik-submit" }
  dead_letter_queue_names = { review = "brik-review-dead", submit = "brik-submit-dead" }
  health_url              = "https://refunds.example.com/health"
  canary_bucket_name      = "brik-refunds-prod-logs"
}

run "as_given" {
  # topics are encrypted by a key that CloudWatch may use
  assert {
    condition     = toset(keys(aws_sns_topic.alarms)) == toset(["critical", "warning"]) && alltrue([for topic in aws_sns_topic.alarms : topic.kms_master_key_id == aws_kms_key.topics.arn])
    error_message = "There must be two topics, encrypted by the topics' key."
  }
  assert {
    condition     = contains(flatten([for statement in data.aws_iam_policy_document.topics_key.statement : [for principal in statement.principals : principal.identifiers]]), "cloudwatch.amazonaws.com") && aws_kms_key.topics.enable_key_rotation
    error_message = "CloudWatch must be able to use the key, which rotates."
  }
  # neither the key nor a topic asks EventBridge for an account that it does not name
  assert {
    condition     = alltrue([for statement in concat(data.aws_iam_policy_document.topics_key.statement, flatten([for document in data.aws_iam_policy_document.publishers : document.statement])) : length(statement.condition) == 0 if contains(flatten([for principal in statement.principals : tolist(principal.identifiers)]), "events.amazonaws.com")])
    error_message = "Rules must get into the topics unconditionally: EventBridge names no source account."
  }
  assert {
    condition     = length(aws_sns_topic_subscription.mail) == 2 && length(aws_sns_topic_subscription.critical) == 1
    error_message = "Mails get both topics, the pager the critical one."
  }
  # more than one percent of errors is critical
  assert {
    condition     = aws_cloudwatch_metric_alarm.error_rate.threshold == 1 && aws_cloudwatch_metric_alarm.error_rate.comparison_operator == "GreaterThanThreshold"
    error_message = "The error rate must be held below 1 %."
  }
  assert {
    condition     = toset(flatten([for query in aws_cloudwatch_metric_alarm.error_rate.metric_query : [for metric in query.metric : metric.metric_name]])) == toset(["RequestCount", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"])
    error_message = "The rate is made of the load balancer's three counts."
  }
  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.error_rate.metric_query : query.return_data if query.id == "rate"])
    error_message = "The alarm must look at the rate."
  }
  # the composite alarm speaks of alarms that exist
  assert {
    condition     = alltrue([for quoted in regexall("ALARM\\(\"([^\"]+)\"\\)", aws_cloudwatch_composite_alarm.product.alarm_rule) : contains(concat([aws_cloudwatch_metric_alarm.error_rate.alarm_name, aws_cloudwatch_metric_alarm.canary.alarm_name], values(aws_cloudwatch_metric_alarm.failures_in_logs)[*].alarm_name), quoted[0])])
    error_message = "The composite alarm may name only alarms of this module."
  }
  # each of them alone is enough: where nothing gets in, the canary is the only one that knows
  assert {
    condition     = length(regexall("AND|NOT", aws_cloudwatch_composite_alarm.product.alarm_rule)) == 0 && strcontains(aws_cloudwatch_composite_alarm.product.alarm_rule, "ALARM(\"brik-refunds-prod-canary\")") && aws_cloudwatch_composite_alarm.product.alarm_actions == toset([aws_sns_topic.alarms["critical"].arn])
    error_message = "The canary alone must wake somebody."
  }
  # every alarm tells somebody
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.failures_in_logs), values(aws_cloudwatch_metric_alarm.reader_lags), values(aws_cloudwatch_metric_alarm.reader_lost), [aws_cloudwatch_metric_alarm.error_rate, aws_cloudwatch_metric_alarm.latency, aws_cloudwatch_metric_alarm.canary]) : length(alarm.alarm_actions) == 1 && length(alarm.ok_actions) == 1])
    error_message = "Each alarm must tell a topic when it comes and goes."
  }
  # what an alarm looks at is made by a filter
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.failures_in_logs : contains([for filter in aws_cloudwatch_log_metric_filter.event : filter.metric_transformation[0].name], alarm.metric_name)])
    error_message = "No alarm may look at a metric that nobody emits."
  }
  assert {
    condition     = length(aws_cloudwatch_log_metric_filter.event) == 2 * 14 && aws_cloudwatch_log_metric_filter.event["reporting-engine/relay_broken"].pattern == "{ ($.event = \"relay.step_broken\") }"
    error_message = "Each service's log must be counted for each metric."
  }
  # a broken audit chain, a foreign payment and a dead loop wake somebody at the first line
  assert {
    condition     = alltrue([for key in ["audit", "alien", "ended"] : aws_cloudwatch_metric_alarm.failures_in_logs[key].threshold == 0 && aws_cloudwatch_metric_alarm.failures_in_logs[key].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.failures_in_logs[key].alarm_actions == toset([aws_sns_topic.alarms["critical"].arn])])
    error_message = "One line of these must be enough."
  }
  assert {
    condition     = aws_cloudwatch_log_metric_filter.event["reporting-engine/audit_broken"].pattern == "{ ($.event = \"audit.anchor_broken\") || ($.event = \"audit.behind_anchor\") }"
    error_message = "Both ways of breaking a chain must count."
  }
  # the lag is what the line says, and silence is an alarm
  assert {
    condition     = aws_cloudwatch_log_metric_filter.lag["bus_lag_s"].pattern == "{ $.event = \"relay.progress\" && $.reader = \"bus\" }" && aws_cloudwatch_log_metric_filter.lag["bus_lag_s"].log_group_name == "/brik/reporting-engine" && alltrue([for filter in aws_cloudwatch_log_metric_filter.lag : filter.metric_transformation[0].value == "$.lag_s"])
    error_message = "The lag must be read from the reporting-engine's line."
  }
  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.reader_lost)) == toset(["relay_lag_s", "bus_lag_s"]) && alltrue([for alarm in aws_cloudwatch_metric_alarm.reader_lost : alarm.threshold == 64800 && alarm.treat_missing_data == "breaching"])
    error_message = "A quarter of 72 hours, or nobody who carries the events, must wake somebody."
  }
  # health is not traced, refunds are traced more than the rest
  assert {
    condition     = aws_xray_sampling_rule.this["health"].fixed_rate == 0 && aws_xray_sampling_rule.this["creates"].fixed_rate == 0.2 && aws_xray_sampling_rule.this["others"].fixed_rate == 0.05
    error_message = "Sampling must be as described."
  }
  assert {
    condition     = aws_synthetics_canary.health.run_config[0].environment_variables["HEALTH_URL"] == "https://refunds.example.com/health" && length(aws_synthetics_canary.health.name) <= 21
    error_message = "The canary must ask the health address, under a name that AWS takes."
  }
  # dashboards are JSON and draw known namespaces only
  assert {
    condition     = length(setsubtract(toset(flatten([for board in [aws_cloudwatch_dashboard.service_levels, aws_cloudwatch_dashboard.capacity] : [for widget in jsondecode(board.dashboard_body).widgets : [for metric in widget.properties.metrics : try(tostring(metric[0]), "expression")]]])), ["expression", "AWS/ApplicationELB", "AWS/SQS", "AWS/ECS", "ECS/ContainerInsights", "CloudWatchSynthetics", "Refunds/brik-refunds-prod"])) == 0
    error_message = "Dashboards may draw only metrics that exist."
  }
  assert {
    condition     = aws_sns_topic.alarms["critical"].tags == tomap({ Environment = "prod", Name = "brik-refunds-prod-critical" })
    error_message = "Tags of the caller and a name are expected."
  }
}

run "a_cache_gets_its_picture" {
  command = plan

  variables {
    cache_node_ids = ["brik-refunds-prod-cache-0001-001", "brik-refunds-prod-cache-0001-002"]
  }

  assert {
    condition     = toset(flatten([for widget in jsondecode(aws_cloudwatch_dashboard.capacity.dashboard_body).widgets : [for metric in widget.properties.metrics : slice(metric, 2, 4) if metric[0] == "AWS/ElastiCache"]])) == toset(concat(["CacheClusterId"], var.cache_node_ids))
    error_message = "Each node of the cache must be drawn where there is one."
  }
}

run "without_the_reporting_engine_nobody_waits_for_its_lines" {
  command = plan

  variables {
    log_group_names = { api = "/brik/api" }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.reader_lost) == 0
    error_message = "An alarm on silence needs somebody who should speak."
  }
}

run "an_address_without_tls_is_refused" {
  command = plan

  variables {
    health_url = "http://refunds.example.com/health"
  }

  expect_failures = [var.health_url]
}
