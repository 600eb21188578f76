variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>."
  type        = string
}

variable "service_region" {
  description = "PagerDuty's region: us or eu."
  type        = string
  default     = "eu"

  validation {
    condition     = contains(["us", "eu"], var.service_region)
    error_message = "service_region must be us or eu."
  }
}

variable "aws_region" {
  description = "Region of the alarm topic."
  type        = string
  default     = "eu-west-1"
}

variable "critical_topic_arn" {
  description = "SNS topic of critical alarms: the environment's output alarm_topic_arns, its member critical."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:", var.critical_topic_arn))
    error_message = "critical_topic_arn must be the ARN of an SNS topic."
  }
}

variable "global_alarm_topic_arn" {
  description = "SNS topic of the alarms in us-east-1: the environment's output global_alarm_topic_arn."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:us-east-1:", var.global_alarm_topic_arn))
    error_message = "global_alarm_topic_arn must be the ARN of an SNS topic in us-east-1."
  }
}

variable "people" {
  description = "Those on call, in the order of their weeks: e-mail address to name."
  type        = map(string)

  validation {
    condition     = length(var.people) >= 2
    error_message = "At least two people must take turns."
  }
}

variable "lead_email" {
  description = "Who is called where nobody on call answers; one of people."
  type        = string
}

variable "time_zone" {
  description = "Time zone in which turns change."
  type        = string
  default     = "Etc/UTC"
}

variable "turns_begin" {
  description = "When the first turn begins, RFC 3339; the past is fine."
  type        = string
  default     = "2026-01-05T09:00:00Z"

  validation {
    condition     = can(formatdate("YYYY", var.turns_begin))
    error_message = "turns_begin must be a time like 2026-01-05T09:00:00Z."
  }
}

variable "escalation_minutes" {
  description = "How long somebody has to answer before the next is called."
  type        = number
  default     = 15

  validation {
    condition     = var.escalation_minutes >= 1 && var.escalation_minutes <= 60
    error_message = "escalation_minutes must be from 1 to 60."
  }
}
