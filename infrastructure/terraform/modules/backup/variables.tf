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

variable "backup_key_arn" {
  description = "Multi-region KMS key of the recovery points; its copy in the second region encrypts the copies."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.backup_key_arn))
    error_message = "backup_key_arn must be a KMS key's ARN."
  }
}

variable "vault_lock" {
  description = "Whether recovery points cannot be deleted before their time, by anybody. Not to be undone after lock_grace_days."
  type        = bool
  default     = true
}

variable "lock_grace_days" {
  description = "For how many days the lock itself can still be taken off."
  type        = number
  default     = 7

  validation {
    condition     = var.lock_grace_days >= 3
    error_message = "lock_grace_days must be at least 3: AWS allows no less."
  }
}

variable "hourly_kept_days" {
  description = "How long hourly recovery points are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.hourly_kept_days >= 1 && var.hourly_kept_days <= 35
    error_message = "hourly_kept_days must be from 1 to 35: AWS keeps no point in time longer."
  }
}

variable "daily_kept_days" {
  description = "How long daily recovery points are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.daily_kept_days >= 1
    error_message = "daily_kept_days must be at least 1."
  }
}

variable "selection_tag" {
  description = "Tag that says into which plan a resource belongs: hourly or daily."
  type        = string
  default     = "backup-plan"
}

variable "alarm_topic_arn" {
  description = "Topic that hears of backups that failed or did not come; null: it is seen in CloudWatch only."
  type        = string
  default     = null
}
