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

variable "queues" {
  description = "Queues by what they ask for. A message not deleted within visibility_timeout_s comes again; after receives_max times it is put aside; after retention_s it is gone; age_max_s is when somebody is told."
  type = map(object({
    visibility_timeout_s = number
    retention_s          = number
    receives_max         = number
    age_max_s            = optional(number, 300)
  }))

  validation {
    condition     = alltrue([for key in keys(var.queues) : can(regex("^[a-z][a-z-]{1,29}$", key)) && !endswith(key, "-dead")])
    error_message = "queues must be named by lower-case words, not ending in -dead."
  }

  validation {
    condition     = alltrue([for queue in values(var.queues) : queue.visibility_timeout_s >= 1 && queue.visibility_timeout_s <= 43200])
    error_message = "visibility_timeout_s must be between 1 and 43200."
  }

  validation {
    condition     = alltrue([for queue in values(var.queues) : queue.retention_s >= 60 && queue.retention_s < 1209600])
    error_message = "retention_s must be at least 60, and less than the 1209600 for which dead letters are kept."
  }

  validation {
    condition     = alltrue([for queue in values(var.queues) : queue.receives_max >= 2 && queue.receives_max <= 1000])
    error_message = "receives_max must be between 2 and 1000: one failure must not put a message aside."
  }

  validation {
    condition     = alltrue([for queue in values(var.queues) : queue.age_max_s >= 60])
    error_message = "age_max_s must be at least 60, as SQS measures once a minute."
  }
}

variable "queues_key_arn" {
  description = "KMS key of the messages."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic to which the alarms go."
  type        = string
}
