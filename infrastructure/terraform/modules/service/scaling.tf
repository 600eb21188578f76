# How many tasks run: one or two more when the measure is above the upper threshold for two minutes, one fewer when it
# was below the lower one for long enough. Why it does not flap:
#  - CPU and requests are counted PER TASK, so that the measure falls when a task is added. After any single step it lies
#    between the thresholds, if the load stays: a step down at most doubles it (two tasks become one; the lower threshold
#    is less than half of the upper), a step up leaves at least a third of its least (one task becomes three: cpu 90 ->
#    30, requests 100 -> 33). A quarter of an hour below the lower threshold is enough.
#  - a queue's depth is a TOTAL, and says nothing of how busy the tasks are: it is nothing as soon as they keep up, be it
#    with ease or just so. Whether one fewer would do can only be tried, and where it would not, the queue grows again
#    and the task comes back. So it is tried late, an hour and a half after the queue was last above the lower
#    threshold, when a peak is over: up once and down once with it. Load that stays high for longer than that is tried
#    again each time, at the price of a backlog of some minutes.
#  - a step down waits five minutes for the next and never holds up a step up.

locals {
  # From where on two tasks are added at once, counted from the upper threshold: 70 + 20 percent, 50 + 50 requests a
  # minute, 1000 + 4000 messages.
  steep_above = {
    cpu          = (100 - var.scaling.scale_out_above) * 2 / 3
    request_rate = var.scaling.scale_out_above
    queue_depth  = var.scaling.scale_out_above * 4
  }[var.scaling.metric]

  minutes_low = var.scaling.metric == "queue_depth" ? 90 : 15

  # A queue untouched for hours and a target group without requests report nothing at all: that is a low measure.
  missing_is_low = var.scaling.metric != "cpu"

  scaling_metric = {
    cpu = {
      namespace  = "AWS/ECS"
      name       = "CPUUtilization"
      statistic  = "Average"
      dimensions = { ClusterName = var.cluster_name, ServiceName = local.full_name }
    }
    queue_depth = {
      namespace  = "AWS/SQS"
      name       = "ApproximateNumberOfMessagesVisible"
      statistic  = "Maximum"
      dimensions = { QueueName = var.scaling.queue_name }
    }
    request_rate = null
  }[var.scaling.metric]

  # Only one colour serves but for a deployment: the busier one counts.
  request_rate_colours = var.scaling.metric == "request_rate" ? local.colours : toset([])
  request_rate_terms   = [for colour in sort(local.request_rate_colours) : "FILL(${colour}, 0)"]
}

resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${var.cluster_name}/${local.ecs_service_name}"
  min_capacity       = var.count_min
  max_capacity       = var.count_max

  tags = merge(var.tags, { Name = local.full_name })

  lifecycle {
    precondition {
      condition     = var.count_min <= var.count_max
      error_message = "count_min must not be more than count_max."
    }

    precondition {
      condition     = var.scaling.metric != "queue_depth" || var.scaling.queue_name != null
      error_message = "scaling by queue_depth needs scaling.queue_name."
    }

    precondition {
      condition     = var.scaling.metric != "request_rate" || local.is_blue_green
      error_message = "scaling by request_rate needs load_balancer: the requests are counted there."
    }
  }
}

resource "aws_appautoscaling_policy" "out" {
  name               = "${local.full_name}-out"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Average"
    cooldown                = 120

    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = local.steep_above
      scaling_adjustment          = 1
    }

    step_adjustment {
      metric_interval_lower_bound = local.steep_above
      scaling_adjustment          = 2
    }
  }
}

resource "aws_appautoscaling_policy" "in" {
  name               = "${local.full_name}-in"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    metric_aggregation_type = "Average"
    cooldown                = 300

    step_adjustment {
      metric_interval_upper_bound = 0
      scaling_adjustment          = -1
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "scale_out" {
  alarm_name          = "${local.full_name}-scale-out"
  alarm_description   = "More tasks of ${var.service}: ${var.scaling.metric} above ${var.scaling.scale_out_above}."
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.scaling.scale_out_above
  evaluation_periods  = 2
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_appautoscaling_policy.out.arn]

  namespace   = try(local.scaling_metric.namespace, null)
  metric_name = try(local.scaling_metric.name, null)
  statistic   = try(local.scaling_metric.statistic, null)
  dimensions  = try(local.scaling_metric.dimensions, null)
  period      = local.scaling_metric == null ? null : 60

  dynamic "metric_query" {
    for_each = local.request_rate_colours

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "RequestCountPerTarget"
        stat        = "Sum"
        period      = 60
        dimensions  = local.colour_dimensions[metric_query.key]
      }
    }
  }

  dynamic "metric_query" {
    for_each = local.scaling_metric == null ? [1] : []

    content {
      id          = "rate"
      label       = "requests per minute and task"
      expression  = "MAX([${join(", ", local.request_rate_terms)}])"
      return_data = true
    }
  }

  tags = merge(var.tags, { Name = "${local.full_name}-scale-out" })
}

resource "aws_cloudwatch_metric_alarm" "scale_in" {
  alarm_name          = "${local.full_name}-scale-in"
  alarm_description   = "Fewer tasks of ${var.service}: ${var.scaling.metric} below ${var.scaling.scale_in_below}."
  comparison_operator = "LessThanThreshold"
  threshold           = var.scaling.scale_in_below
  evaluation_periods  = local.minutes_low
  datapoints_to_alarm = local.minutes_low
  treat_missing_data  = local.missing_is_low ? "breaching" : "missing"
  alarm_actions       = [aws_appautoscaling_policy.in.arn]

  namespace   = try(local.scaling_metric.namespace, null)
  metric_name = try(local.scaling_metric.name, null)
  statistic   = try(local.scaling_metric.statistic, null)
  dimensions  = try(local.scaling_metric.dimensions, null)
  period      = local.scaling_metric == null ? null : 60

  dynamic "metric_query" {
    for_each = local.request_rate_colours

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = "RequestCountPerTarget"
        stat        = "Sum"
        period      = 60
        dimensions  = local.colour_dimensions[metric_query.key]
      }
    }
  }

  dynamic "metric_query" {
    for_each = local.scaling_metric == null ? [1] : []

    content {
      id          = "rate"
      label       = "requests per minute and task"
      expression  = "MAX([${join(", ", local.request_rate_terms)}])"
      return_data = true
    }
  }

  tags = merge(var.tags, { Name = "${local.full_name}-scale-in" })
}
