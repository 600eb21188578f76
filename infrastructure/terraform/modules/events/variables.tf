variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,31}$", var.name))
    error_message = "name must be 2 to 32 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "queues_key_arn" {
  description = "KMS key of the bus, of failed refunds and of undelivered events; EventBridge must be let use it."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of the log group of all events."
  type        = string
}

variable "archive_days" {
  description = "For how long events can be replayed."
  type        = number
  default     = 90

  validation {
    condition     = var.archive_days >= 1 && floor(var.archive_days) == var.archive_days
    error_message = "archive_days must be a whole number of at least 1: an archive without an end is not kept."
  }
}

variable "log_retention_days" {
  description = "How long the log of all events stays online."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "alarm_topic_arn" {
  description = "Topic to which the alarms go; null means that they are only shown."
  type        = string
  default     = null
}

variable "failed_refunds_max_per_5m" {
  description = "More failed, reversed or contradicted refunds in five minutes than this are an alarm."
  type        = number
  default     = 100

  validation {
    condition     = var.failed_refunds_max_per_5m >= 0
    error_message = "failed_refunds_max_per_5m must be at least 0."
  }
}
