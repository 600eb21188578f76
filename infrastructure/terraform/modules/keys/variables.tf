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

variable "deletion_window_days" {
  description = "How long a key's deletion can be called off. Without its key, all that it encrypted is gone."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "deletion_window_days must be from 7 to 30."
  }
}

variable "rotation_period_days" {
  description = "After how many days AWS takes new key material; what was encrypted by the old one stays readable."
  type        = number
  default     = 365

  validation {
    condition     = var.rotation_period_days >= 90 && var.rotation_period_days <= 365
    error_message = "rotation_period_days must be from 90 to 365: PCI DSS asks for an end of every key's use."
  }
}
