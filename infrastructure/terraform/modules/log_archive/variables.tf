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

variable "log_group_names" {
  description = "Log groups that are archived, by the service that writes each."
  type        = map(string)

  validation {
    condition     = length(var.log_group_names) > 0 && length(var.log_group_names) <= 9
    error_message = "log_group_names must be one to nine: an alarm compares at most ten metrics."
  }
}

variable "logs_bucket_arn" {
  description = "Bucket of the archive, in which the logs lie below services/."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of that bucket, of the stream and of the log of failed deliveries; it must let S3 and Firehose use it."
  type        = string
}

variable "buffer_s" {
  description = "How long Firehose gathers before it writes an object. What it gathered is not in the archive yet."
  type        = number
  default     = 60

  validation {
    condition     = var.buffer_s >= 0 && var.buffer_s <= 60
    error_message = "buffer_s must be 0 to 60: no more than five minutes of logs may be lost, tries included."
  }
}

variable "buffer_mib" {
  description = "How much Firehose gathers at most before it writes an object."
  type        = number
  default     = 5

  validation {
    condition     = var.buffer_mib >= 1 && var.buffer_mib <= 128
    error_message = "buffer_mib must be 1 to 128."
  }
}

variable "log_retention_days" {
  description = "How long the log of failed deliveries stays online."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds what every role made here can ever be allowed."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic that hears of logs that do not arrive."
  type        = string
}
