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

variable "mfa" {
  description = "ON: everybody shows a second factor at every sign-in. OPTIONAL: only those who have set one up, for environments without real users."
  type        = string
  default     = "ON"

  validation {
    condition     = contains(["ON", "OPTIONAL"], var.mfa)
    error_message = "mfa must be ON or OPTIONAL."
  }
}

variable "deletion_protection" {
  description = "Whether the user pool refuses to be deleted."
  type        = bool
  default     = true
}

variable "consoles" {
  description = "Web consoles that sign people in, each with the addresses that it is called back at."
  type        = map(object({ callback_urls = list(string), logout_urls = list(string) }))
  default     = {}

  validation {
    condition     = alltrue(flatten([for each in values(var.consoles) : [for url in concat(each.callback_urls, each.logout_urls) : can(regex("^(https://|http://localhost[:/])", url))]]))
    error_message = "Addresses must begin with https:// (or http://localhost, in development)."
  }
}

variable "machines" {
  description = "Software that calls the API by itself, each with the scopes of the resource server that it may ask for. Its tokens have no role, so the product refuses them as yet."
  type        = map(set(string))
  default     = {}

  validation {
    condition     = alltrue([for scopes in values(var.machines) : length(scopes) > 0 && length(setsubtract(scopes, ["payments.read", "payments.record", "refunds.read", "refunds.request", "parameters.read"])) == 0])
    error_message = "Each needs at least one scope of the resource server: payments.read, payments.record, refunds.read, refunds.request, parameters.read."
  }
}

variable "repository" {
  description = "The pipeline's repository, owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$", var.repository))
    error_message = "repository must be owner/name, without wildcards."
  }
}

variable "environment" {
  description = "The pipeline's environment, whose approvals guard the role: dev, test, staging or prod."
  type        = string

  validation {
    condition     = contains(["dev", "test", "staging", "prod"], var.environment)
    error_message = "environment must be dev, test, staging or prod."
  }
}

variable "oidc_provider_arn" {
  description = "The account's provider for GitHub Actions where it has one already: there can be only one. Made here where null."
  type        = string
  default     = null
}

variable "logs_key_arn" {
  description = "KMS key of the log of the function that writes claims; CloudWatch's own where null."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "How long that log is kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "alarm_topic_arn" {
  description = "Topic that hears when claims cannot be written; nobody where null."
  type        = string
  default     = null
}

variable "image_repository_prefix" {
  description = "Beginning of the names of the ECR repositories that the pipeline pushes to."
  type        = string
  default     = "brik-refunds"
}
