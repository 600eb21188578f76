# Alarms on the way out: without it no refund reaches its gateway, while everything inside looks well.

resource "aws_cloudwatch_metric_alarm" "nat_ports" {
  for_each = local.nat_zones

  alarm_name          = "${var.name}-nat-ports-${each.key}"
  alarm_description   = "A NAT gateway has no port left for one more connection to the same address."
  namespace           = "AWS/NATGateway"
  metric_name         = "ErrorPortAllocation"
  dimensions          = { NatGatewayId = aws_nat_gateway.this[each.key].id }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-nat-ports-${each.key}" })
}

resource "aws_cloudwatch_metric_alarm" "nat_drops" {
  for_each = local.nat_zones

  alarm_name          = "${var.name}-nat-drops-${each.key}"
  alarm_description   = "A NAT gateway drops more than ${var.nat_drops_max_per_5m} packets in five minutes."
  namespace           = "AWS/NATGateway"
  metric_name         = "PacketsDropCount"
  dimensions          = { NatGatewayId = aws_nat_gateway.this[each.key].id }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.nat_drops_max_per_5m
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = "${var.name}-nat-drops-${each.key}" })
}
