variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>. At most 34 characters, so that the cache's name fits into 40."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,33}$", var.name)) && !strcontains(var.name, "--")
    error_message = "name must be 2 to 34 lower-case letters, digits and single hyphens, and begin with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "vpc_id" {
  description = "VPC of the cache."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the nodes, one per Availability Zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name at least two subnets, in different Availability Zones."
  }
}

variable "node_type" {
  description = "Size of a node, for example cache.t4g.small."
  type        = string

  validation {
    condition     = can(regex("^cache\\.[a-z0-9]+\\.[a-z0-9]+$", var.node_type))
    error_message = "node_type must be an ElastiCache node type such as cache.t4g.small."
  }
}

variable "shards" {
  description = "How many parts the keys are spread over."
  type        = number
  default     = 1

  validation {
    condition     = var.shards >= 1 && var.shards <= 90 && floor(var.shards) == var.shards
    error_message = "shards must be a whole number between 1 and 90."
  }
}

variable "replicas_per_shard" {
  description = "Copies of each shard in other Availability Zones, one of which takes over when the primary fails."
  type        = number
  default     = 1

  validation {
    condition     = var.replicas_per_shard >= 1 && var.replicas_per_shard <= 5 && floor(var.replicas_per_shard) == var.replicas_per_shard
    error_message = "replicas_per_shard must be a whole number between 1 and 5: without a copy nothing can take over."
  }
}

variable "engine_version" {
  description = "Version of Redis."
  type        = string
  default     = "7.1"

  validation {
    condition     = can(regex("^7\\.", var.engine_version))
    error_message = "engine_version must be a Redis 7: the parameter group belongs to it."
  }
}

variable "data_key_arn" {
  description = "KMS key of what lies on the nodes' disks and in snapshots."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of the log groups; null means data_key_arn, which then must let CloudWatch Logs use it."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "How long the logs stay online."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "auth_secret_arn" {
  description = "ARN of the secret with the token that clients must show: JSON with the member auth_token, or the bare token."
  type        = string
}

variable "snapshot_retention_days" {
  description = "How many daily snapshots are kept."
  type        = number
  default     = 7

  validation {
    condition     = var.snapshot_retention_days >= 1 && var.snapshot_retention_days <= 35
    error_message = "snapshot_retention_days must be between 1 and 35."
  }
}

variable "alarm_topic_arn" {
  description = "Topic to which the alarms go."
  type        = string
}
