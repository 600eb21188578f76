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

variable "audit_bucket_name" {
  description = "Bucket that keeps trails, under cloudtrail/."
  type        = string
}

variable "history_bucket_name" {
  description = "Bucket that keeps Config's history, under config/. One with a default retention would be refused."
  type        = string
}

variable "audit_key_arn" {
  description = "KMS key of trails and configuration history."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of the trail's log group."
  type        = string
}

variable "log_retention_days" {
  description = "How long the trail stays searchable online; the bucket keeps it for seven years."
  type        = number
  default     = 365

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of CloudWatch's own numbers, 30 at least."
  }
}

variable "alarm_topic_arn" {
  description = "Topic that hears of what must never happen, and of grave findings."
  type        = string
}

variable "has_baseline" {
  description = "Whether cloudformation/audit-baseline.yaml watches the account already: its detector is used then, and its recorder, of which an account has one in a region. The trail is made in any case."
  type        = bool
  default     = false
}

variable "standards" {
  description = "Standards that Security Hub checks, by the end of their ARN."
  type        = set(string)
  default = [
    "aws-foundational-security-best-practices/v/1.0.0",
    "cis-aws-foundations-benchmark/v/3.0.0",
    "pci-dss/v/4.0.1",
  ]

  validation {
    condition     = alltrue([for standard in var.standards : can(regex("^[a-z-]+/v/[0-9.]+$", standard))])
    error_message = "standards must be like pci-dss/v/4.0.1."
  }
}

variable "permissions_boundary_arn" {
  description = "Boundary of the roles that CloudTrail and Config take; null means none."
  type        = string
  default     = null
}
