variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>. At most 22 characters, so that names of X-Ray fit into 32."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,21}$", var.name))
    error_message = "name must be 2 to 22 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "emails" {
  description = "Who gets warnings by mail; they confirm the subscription once."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", each))])
    error_message = "Each must be an e-mail address."
  }
}

variable "critical_urls" {
  description = "Addresses that take critical alarms, for example PagerDuty's for CloudWatch."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.critical_urls : startswith(each, "https://")])
    error_message = "Each must begin with https://."
  }
}

variable "service_names" {
  description = "ECS services, by the service that each is."
  type        = map(string)
}

variable "log_group_names" {
  description = "Log groups of the services, by service; their lines are counted."
  type        = map(string)
  default     = {}
}

variable "cluster_name" {
  description = "The services' ECS cluster."
  type        = string
}

variable "alb_arn_suffix" {
  description = "Load balancer, as CloudWatch knows it."
  type        = string
}

variable "queue_names" {
  description = "Queues, by what they are for (review, submit)."
  type        = map(string)
}

variable "dead_letter_queue_names" {
  description = "Queues of what was given up, by the same keys."
  type        = map(string)
  default     = {}
}

variable "cache_node_ids" {
  description = "Names of the cache's nodes, which are drawn one by one: ElastiCache measures nodes, not groups."
  type        = list(string)
  default     = []
}

variable "health_url" {
  description = "Address that the canary asks, for example https://refunds.example.com/health."
  type        = string

  validation {
    condition     = startswith(var.health_url, "https://")
    error_message = "health_url must begin with https://."
  }
}

variable "canary_bucket_name" {
  description = "Bucket for what the canary saw."
  type        = string
}

variable "canary_bucket_key_arn" {
  description = "KMS key of that bucket; null where the bucket has none of its own."
  type        = string
  default     = null
}

variable "canary_runtime" {
  description = "Runtime of the canary; AWS retires old ones, with which none can be made any more."
  type        = string
  default     = "syn-python-selenium-14.0"

  validation {
    condition     = can(regex("^syn-python-selenium-[0-9]+\\.[0-9]+$", var.canary_runtime))
    error_message = "The canary is written in Python: syn-python-selenium-<version>."
  }
}

variable "error_rate_percent_max" {
  description = "Share of 5xx answers above which customers are hurt and somebody is woken, in percent."
  type        = number
  default     = 1

  validation {
    condition     = var.error_rate_percent_max > 0 && var.error_rate_percent_max <= 100
    error_message = "error_rate_percent_max must be more than 0 and at most 100."
  }
}

variable "latency_p95_s_max" {
  description = "95th percentile of the time to answer above which people are told, in seconds (service level of writing: 0.5)."
  type        = number
  default     = 0.5

  validation {
    condition     = var.latency_p95_s_max > 0
    error_message = "latency_p95_s_max must be more than 0."
  }
}

variable "reader_lag_s_max" {
  description = "How far the relay and the publisher may be behind before people are told, in seconds."
  type        = number
  default     = 300

  validation {
    condition     = var.reader_lag_s_max >= 60
    error_message = "reader_lag_s_max must be at least 60: the log tells of it once a minute."
  }
}

variable "oplog_hours_min" {
  description = "How far back the database's oplog reaches at least, in hours, as third_party/atlas asks for."
  type        = number
  default     = 72

  validation {
    condition     = var.oplog_hours_min >= 24
    error_message = "oplog_hours_min must be at least 24."
  }
}

variable "traced_share" {
  description = "Share of requests that are traced beyond the first of each second, from 0 to 1."
  type        = number
  default     = 0.05

  validation {
    condition     = var.traced_share >= 0 && var.traced_share <= 1
    error_message = "traced_share must be from 0 to 1."
  }
}

variable "permissions_boundary_arn" {
  description = "Boundary of the canary's role."
  type        = string
  default     = null
}
