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

variable "cidr" {
  description = "Addresses of the VPC, for example 10.20.0.0/16. A quarter each for public, private and isolated subnets; a quarter stays free."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.cidr)) && can(regex("/(1[6-9]|20)$", var.cidr))
    error_message = "cidr must be an IPv4 range between /16 and /20: smaller ones have no room for the load balancer and the tasks."
  }

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(cidrhost(var.cidr, 0) == split("/", var.cidr)[0], false)
    error_message = "cidr must begin at the first address of its range."
  }
}

variable "az_count" {
  description = "How many Availability Zones carry subnets."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3, 4], var.az_count)
    error_message = "az_count must be 2, 3 or 4: one zone is no availability, and a quarter of the VPC is cut into four."
  }
}

variable "zone_letters" {
  description = "Letters of the zones to use, in order. Named, not looked up: a zone that AWS adds must not move a subnet."
  type        = list(string)
  default     = ["a", "b", "c", "d"]

  validation {
    condition     = length(var.zone_letters) >= 4 && length(distinct(var.zone_letters)) == length(var.zone_letters) && alltrue([for letter in var.zone_letters : can(regex("^[a-z]$", letter))])
    error_message = "zone_letters must be at least four different letters."
  }
}

variable "nat_gateways" {
  description = "one: a single NAT gateway, cheap, gone with its zone. per_az: one in each zone."
  type        = string
  default     = "per_az"

  validation {
    condition     = contains(["one", "per_az"], var.nat_gateways)
    error_message = "nat_gateways must be one or per_az."
  }
}

variable "interface_endpoints" {
  description = "AWS services that are reached without leaving the VPC. Each costs by the hour and zone."
  type        = set(string)
  default     = ["cognito-idp", "ecr.api", "ecr.dkr", "elasticache", "events", "kms", "logs", "secretsmanager", "sqs", "xray"]

  validation {
    condition = length(setsubtract(var.interface_endpoints, [
      "cognito-idp", "ecr.api", "ecr.dkr", "elasticache", "events", "kms", "logs", "monitoring", "secretsmanager", "sqs", "sts", "xray",
    ])) == 0
    error_message = "interface_endpoints may only name services for which endpoint_policies.tf says what may be done."
  }
}

variable "interface_endpoint_az_count" {
  description = "In how many zones the interface endpoints stand; null means in all."
  type        = number
  default     = null

  validation {
    condition     = var.interface_endpoint_az_count == null ? true : var.interface_endpoint_az_count >= 1
    error_message = "interface_endpoint_az_count must be at least 1, or null."
  }
}

variable "flow_log_retention_days" {
  description = "How long flow logs stay online."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.flow_log_retention_days)
    error_message = "flow_log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "logs_key_arn" {
  description = "KMS key of the flow logs."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic to which the alarms of the NAT gateways go."
  type        = string
}

variable "nat_drops_max_per_5m" {
  description = "Packets that a NAT gateway may drop in five minutes before it is an alarm."
  type        = number
  default     = 100

  validation {
    condition     = var.nat_drops_max_per_5m >= 0
    error_message = "nat_drops_max_per_5m must be 0 or more."
  }
}

variable "permissions_boundary_arn" {
  description = "Boundary of the role by which the VPC writes its flow logs; null means none."
  type        = string
  default     = null
}
