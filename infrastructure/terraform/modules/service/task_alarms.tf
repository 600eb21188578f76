# What is wrong with the tasks: too few of them, too busy, too full, or behind with their queue.

locals {
  task_dimensions = { ClusterName = var.cluster_name, ServiceName = local.full_name }

  # A deployment is rolled back while one of these is on. CPU is not among them: a busy hour is no fault of a version.
  task_alarm_names = [aws_cloudwatch_metric_alarm.memory.alarm_name]

  rolling_alarm_names = concat(local.task_alarm_names, aws_cloudwatch_metric_alarm.queue_age[*].alarm_name)
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "${local.full_name}-cpu"
  alarm_description   = "Tasks of ${var.service} have no CPU left: scaling is at its most, or too slow."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = local.task_dimensions
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 10
  datapoints_to_alarm = 10
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_limits.cpu_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-cpu" })
}

resource "aws_cloudwatch_metric_alarm" "memory" {
  alarm_name          = "${local.full_name}-memory"
  alarm_description   = "Tasks of ${var.service} are nearly out of memory: ECS kills those that are."
  namespace           = "AWS/ECS"
  metric_name         = "MemoryUtilization"
  dimensions          = local.task_dimensions
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_limits.memory_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-memory" })
}

resource "aws_cloudwatch_metric_alarm" "running_tasks" {
  alarm_name          = "${local.full_name}-running-tasks"
  alarm_description   = "Fewer than ${var.count_min} tasks of ${var.service} run: they do not start, or an Availability Zone is gone."
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = local.task_dimensions
  statistic           = "Minimum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "LessThanThreshold"
  threshold           = var.count_min
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-running-tasks" })
}

resource "aws_cloudwatch_metric_alarm" "queue_age" {
  count = var.scaling.metric == "queue_depth" ? 1 : 0

  alarm_name          = "${local.full_name}-queue-age"
  alarm_description   = "A message waits for ${var.service} for more than ${var.alarm_limits.queue_age_s} s: it is stuck or too slow."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = var.scaling.queue_name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.alarm_limits.queue_age_s
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${local.full_name}-queue-age" })
}
