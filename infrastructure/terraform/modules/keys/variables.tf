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
  description = "How long a key that somebody asked to delete can still be saved."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30 && floor(var.deletion_window_days) == var.deletion_window_days
    error_message = "deletion_window_days must be a whole number between 7 and 30."
  }
}

variable "rotation_period_days" {
  description = "How often KMS makes new key material. Old material stays, so nothing has to be encrypted again."
  type        = number
  default     = 365

  validation {
    condition     = var.rotation_period_days >= 90 && var.rotation_period_days <= 365
    error_message = "rotation_period_days must be between 90 and 365: PCI DSS asks for a year at most."
  }
}
