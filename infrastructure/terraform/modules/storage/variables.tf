variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>. At most 28 characters, so that bucket names fit into 63."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,27}$", var.name))
    error_message = "name must be 2 to 28 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "data_key_arn" {
  description = "KMS key of documents, reports and backups."
  type        = string
}

variable "audit_key_arn" {
  description = "KMS key of the audit bucket."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of archived logs."
  type        = string
}

variable "replica_key_arns" {
  description = "KMS keys in the second region by purpose: data, audit and logs."
  type        = map(string)

  validation {
    condition     = length(setsubtract(["data", "audit", "logs"], keys(var.replica_key_arns))) == 0
    error_message = "replica_key_arns must name the keys data, audit and logs."
  }
}

variable "retention_years" {
  description = "How long documents, reports, logs and audit data are kept."
  type        = number
  default     = 7

  validation {
    condition     = var.retention_years >= 1 && var.retention_years <= 30 && floor(var.retention_years) == var.retention_years
    error_message = "retention_years must be a whole number between 1 and 30."
  }
}

variable "backup_retention_days" {
  description = "How long exported backups of configuration are kept."
  type        = number
  default     = 90

  validation {
    condition     = var.backup_retention_days >= 30
    error_message = "backup_retention_days must be at least 30."
  }
}

variable "object_lock" {
  description = "Nobody may delete or change objects before their time, the audit bucket's not even with root's password, the others' unless by the right to bypass governance. Cannot be taken back."
  type        = bool
  default     = true
}

variable "alarm_topic_arn" {
  description = "Topic that hears of objects that could not be copied."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Boundary of the role by which S3 copies objects; null means none."
  type        = string
  default     = null
}
