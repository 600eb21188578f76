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
  description = "KMS key of the vault."
  type        = string
}

variable "replica_key_arn" {
  description = "KMS key of the vault in the second region; null means AWS Backup's own key there."
  type        = string
  default     = null
}

variable "resource_arns" {
  description = "What each plan backs up by name, beside what carries its tag: plan -> ARNs. By name it does not matter whether the account has opted its kind in."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.resource_arns), ["hourly", "daily"])) == 0
    error_message = "resource_arns knows the plans hourly and daily."
  }
}

variable "hourly_retention_days" {
  description = "How long hourly backups are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.hourly_retention_days >= 1
    error_message = "hourly_retention_days must be at least 1."
  }
}

variable "daily_retention_days" {
  description = "How long daily backups are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.daily_retention_days >= 1
    error_message = "daily_retention_days must be at least 1."
  }
}

variable "central_vault_arn" {
  description = "Vault in the backup account (output VaultArn of cloudformation/backup-vault.yaml) to which daily backups are copied as well; null means none."
  type        = string
  default     = null

  validation {
    condition     = var.central_vault_arn == null ? true : can(regex("^arn:[a-z-]+:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:.+$", var.central_vault_arn))
    error_message = "central_vault_arn must be the ARN of a backup vault, or null."
  }
}

variable "vault_lock" {
  description = "Nobody may delete a backup before its time."
  type        = bool
  default     = true
}

variable "vault_lock_days" {
  description = "Shortest and longest time that a locked vault keeps a backup."
  type = object({
    min = number
    max = number
  })
  default = { min = 7, max = 366 }

  validation {
    condition     = var.vault_lock_days.min >= 1 && var.vault_lock_days.max >= var.vault_lock_days.min
    error_message = "vault_lock_days must have 1 <= min <= max."
  }
}

variable "vault_lock_grace_days" {
  description = "After so many days the lock can be lifted by nobody (compliance); null leaves it to those with the right (governance)."
  type        = number
  default     = null

  validation {
    condition     = var.vault_lock_grace_days == null ? true : var.vault_lock_grace_days >= 3
    error_message = "vault_lock_grace_days must be at least 3, or null."
  }
}

variable "alarm_topic_arn" {
  description = "Topic to which alarms go."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Boundary of AWS Backup's role; null means none."
  type        = string
  default     = null
}
