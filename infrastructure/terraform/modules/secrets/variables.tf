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

variable "services" {
  description = "Services, each with a secret of its own."
  type        = set(string)

  validation {
    condition     = length(var.services) > 0 && alltrue([for service in var.services : can(regex("^[a-z][a-z-]{1,30}$", service))])
    error_message = "services must name at least one service by lower-case words."
  }
}

variable "secrets_key_arn" {
  description = "KMS key of the secrets and of the rotation function."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of the rotation function's logs."
  type        = string
}

variable "replica_region" {
  description = "Region in which a copy of each secret is kept."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.replica_region))
    error_message = "replica_region must be a region of AWS such as eu-central-1."
  }
}

variable "replica_key_arn" {
  description = "KMS key of the copies, in replica_region."
  type        = string
}

variable "rotation_days" {
  description = "How often the cache gets a new token."
  type        = number
  default     = 30

  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 90
    error_message = "rotation_days must be between 1 and 90: PCI DSS asks for 90 days at most."
  }
}

variable "recovery_days" {
  description = "How long a secret that somebody deleted can still be saved; 0 means not at all, for short-lived environments."
  type        = number
  default     = 30

  validation {
    condition     = var.recovery_days == 0 || (var.recovery_days >= 7 && var.recovery_days <= 30)
    error_message = "recovery_days must be 0, or between 7 and 30."
  }
}

variable "network" {
  description = "Where the rotation function runs, and whom it may call: AWS's endpoints and the cache, which must let it in."
  type = object({
    vpc_id                     = string
    subnet_ids                 = list(string)
    endpoint_security_group_id = string
    cache_security_group_id    = string
  })

  validation {
    condition     = length(var.network.subnet_ids) >= 2
    error_message = "network.subnet_ids must name at least two subnets, in different Availability Zones."
  }
}

variable "cache_port" {
  description = "Port of the cache."
  type        = number
  default     = 6379

  validation {
    condition     = var.cache_port >= 1024 && var.cache_port <= 65535
    error_message = "cache_port must be between 1024 and 65535."
  }
}

variable "log_retention_days" {
  description = "How long the function's logs stay online."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "alarm_topic_arn" {
  description = "Topic to which the alarm of a failed rotation goes; null means nowhere."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Boundary of the role that the rotation function takes; null means none."
  type        = string
  default     = null
}
