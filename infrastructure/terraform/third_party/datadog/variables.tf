variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>."
  type        = string
}

variable "environment" {
  description = "Value of the tag env on metrics and traces."
  type        = string

  validation {
    condition     = contains(["dev", "test", "staging", "prod"], var.environment)
    error_message = "environment must be dev, test, staging or prod."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags, key:value in Datadog."
  type        = map(string)
}

variable "api_url" {
  description = "Datadog site that is used."
  type        = string
  default     = "https://api.datadoghq.eu/"

  validation {
    condition     = startswith(var.api_url, "https://")
    error_message = "api_url must begin with https://."
  }
}

variable "services" {
  description = "Services as they name themselves in traces."
  type        = set(string)
  default     = ["api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine"]
}

variable "critical_to" {
  description = "Whom critical monitors tell, for example @pagerduty-brik-refunds."
  type        = string

  validation {
    condition     = startswith(var.critical_to, "@")
    error_message = "critical_to must be a Datadog handle, beginning with @."
  }
}

variable "warning_to" {
  description = "Whom others tell, for example @slack-refunds."
  type        = string

  validation {
    condition     = startswith(var.warning_to, "@")
    error_message = "warning_to must be a Datadog handle, beginning with @."
  }
}

variable "oplog_min_retention_hours" {
  description = "How long the oplog is kept (third_party/atlas): the relay may lag a quarter of it."
  type        = number
  default     = 72

  validation {
    condition     = var.oplog_min_retention_hours >= 72
    error_message = "The oplog is kept for 72 hours at least."
  }
}

variable "availability_percent" {
  description = "Share of requests that are answered without a server error, over 30 days."
  type        = number
  default     = 99.9
}

variable "runbooks_url" {
  description = "Where the runbooks are; a monitor adds #<its heading>."
  type        = string
}
