# The cache with mocked providers: cluster mode, encrypted, with a copy that takes over, every node watched.

mock_provider "aws" {
  mock_data "aws_secretsmanager_secret_version" {
    defaults = { secret_string = "{\"auth_token\":\"a-token-of-forty-characters-for-this-test\"}" }
  }
}

variables {
  name               = "brik-refunds-prod"
  tags               = { Environment = "prod" }
  vpc_id             = "vpc-1"
  subnet_ids         = ["subnet-a", "subnet-b", "subnet-c"]
  node_type          = "cache.r7g.large"
  shards             = 2
  replicas_per_shard = 2
  data_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/data"
  logs_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/logs"
  auth_secret_arn    = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:redis-AbCdEf"
  alarm_topic_arn    = "arn:aws:sns:eu-west-1:123456789012:critical"
}

run "redis_7_runs_in_cluster_mode" {
  assert {
    condition     = aws_elasticache_replication_group.this.engine == "redis" && startswith(aws_elasticache_replication_group.this.engine_version, "7.") && aws_elasticache_parameter_group.this.family == "redis7"
    error_message = "Redis 7."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.cluster_mode == "enabled" && contains(aws_elasticache_parameter_group.this.parameter[*].value, "yes") && one([for parameter in aws_elasticache_parameter_group.this.parameter : parameter.value if parameter.name == "cluster-enabled"]) == "yes"
    error_message = "Cluster mode must be on, in the group and in its parameters."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.num_node_groups == 2 && aws_elasticache_replication_group.this.replicas_per_node_group == 2
    error_message = "Two shards with two copies each."
  }
}

run "a_copy_in_another_zone_takes_over" {
  assert {
    condition     = aws_elasticache_replication_group.this.automatic_failover_enabled && aws_elasticache_replication_group.this.multi_az_enabled
    error_message = "A copy must take over by itself, from another zone."
  }
}

run "everything_is_encrypted_and_asks_for_the_token" {
  assert {
    condition     = aws_elasticache_replication_group.this.transit_encryption_enabled && aws_elasticache_replication_group.this.transit_encryption_mode == "required"
    error_message = "TLS must be required."
  }
  assert {
    condition     = tobool(aws_elasticache_replication_group.this.at_rest_encryption_enabled) && aws_elasticache_replication_group.this.kms_key_id == var.data_key_arn
    error_message = "Disks must be encrypted by our key."
  }
  assert {
    condition     = nonsensitive(aws_elasticache_replication_group.this.auth_token == "a-token-of-forty-characters-for-this-test") && aws_elasticache_replication_group.this.auth_token_update_strategy == "ROTATE"
    error_message = "Clients must show the token of the secret, and a new one must not cut them off."
  }
}

run "snapshots_are_kept" {
  assert {
    condition     = aws_elasticache_replication_group.this.snapshot_retention_limit == 7
    error_message = "A week of snapshots."
  }
}

run "slow_and_engine_logs_are_kept_encrypted" {
  assert {
    condition     = toset(aws_elasticache_replication_group.this.log_delivery_configuration[*].log_type) == toset(["slow-log", "engine-log"])
    error_message = "Both logs must be delivered."
  }
  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.kms_key_id == var.logs_key_arn && group.retention_in_days == 365])
    error_message = "Logs must be encrypted and kept for a stated time."
  }
}

run "every_node_is_watched" {
  assert {
    condition     = length(output.node_ids) == 6 && output.node_ids[0] == "brik-refunds-prod-cache-0001-001" && output.node_ids[5] == "brik-refunds-prod-cache-0002-003"
    error_message = "Two shards of three nodes."
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 30 && alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([var.alarm_topic_arn])])
    error_message = "CPU, memory, evictions, lag and connections of every node."
  }
}

run "nobody_is_let_in_by_the_cache_itself" {
  assert {
    condition     = output.port == 6379
    error_message = "Redis has its usual port."
  }
  assert {
    condition     = aws_elasticache_replication_group.this.security_group_ids == toset([aws_security_group.this.id])
    error_message = "The nodes have this group alone."
  }
}

run "bare_token_is_taken_as_it_is" {
  override_data {
    target = data.aws_secretsmanager_secret_version.token
    values = { secret_string = "a-bare-token-of-forty-characters-in-all-x" }
  }
  assert {
    condition     = nonsensitive(local.token == "a-bare-token-of-forty-characters-in-all-x")
    error_message = "A secret may be the token alone."
  }
}

run "cache_without_a_copy_is_refused" {
  command = plan
  variables {
    replicas_per_shard = 0
  }
  expect_failures = [var.replicas_per_shard]
}

run "a_token_that_was_rotated_is_no_drift" {
  command = plan

  override_data {
    target = data.aws_secretsmanager_secret_version.token
    values = { secret_string = "{\"auth_token\":\"the-next-token-of-forty-characters-in-all\"}" }
  }

  assert {
    condition     = nonsensitive(local.token == "the-next-token-of-forty-characters-in-all") && nonsensitive(aws_elasticache_replication_group.this.auth_token != local.token)
    error_message = "What the rotation has changed must not be planned: it is the rotation's."
  }
}
