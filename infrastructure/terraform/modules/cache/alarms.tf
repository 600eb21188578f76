# Each node is watched, as one node's trouble drowns in the mean of all.

locals {
  # ElastiCache names its nodes by shard and place: <group>-0001-001 and so on.
  nodes = toset(flatten([
    for shard in range(1, var.shards + 1) : [
      for place in range(1, var.replicas_per_shard + 2) : format("%s-%04d-%03d", aws_elasticache_replication_group.this.replication_group_id, shard, place)
    ]
  ]))

  node_alarms = {
    cpu         = { metric = "EngineCPUUtilization", above = 80, minutes = 5, tells = "Redis has one thread, and it has little time left." }
    memory      = { metric = "DatabaseMemoryUsagePercentage", above = 80, minutes = 5, tells = "Soon keys will be thrown out before their time." }
    evictions   = { metric = "Evictions", above = 0, minutes = 5, tells = "Keys are thrown out before their time." }
    replica-lag = { metric = "ReplicationLag", above = 5, minutes = 5, tells = "A copy is seconds behind: a failover would lose those." }
    connections = { metric = "CurrConnections", above = 50000, minutes = 5, tells = "Of 65000 possible connections most are taken: somebody opens without closing." }
  }

  alarms = { for pair in setproduct(local.nodes, keys(local.node_alarms)) : "${pair[0]}-${pair[1]}" => merge(local.node_alarms[pair[1]], { node = pair[0] }) }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = each.key
  alarm_description   = "${each.value.tells} (${each.value.metric} above ${each.value.above} for ${each.value.minutes} minutes)"
  namespace           = "AWS/ElastiCache"
  metric_name         = each.value.metric
  dimensions          = { CacheClusterId = each.value.node }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  tags = merge(var.tags, { Name = each.key })
}
