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

variable "vpc_id" {
  description = "VPC in which the services' names can be asked for."
  type        = string
}

variable "use_spot" {
  description = "Whether Fargate Spot may be used. Never in production: it takes tasks away at two minutes' notice."
  type        = bool
  default     = false
}

variable "logs_key_arn" {
  description = "KMS key of the log groups and of sessions inside tasks."
  type        = string
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
