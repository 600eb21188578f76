variable "name" {
  description = "Name of the project and its cluster: brik-refunds-<environment>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,21}$", var.name))
    error_message = "name must be 2 to 22 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "aws_region" {
  description = "Home region, where the services run."
  type        = string
  default     = "eu-west-1"
}

variable "org_id" {
  description = "Atlas organization."
  type        = string
}

variable "mongodb_version" {
  description = "Major version of the server. The tests run on 6.0, the oldest that is promised to work; production runs this one."
  type        = string
  default     = "8.0"

  validation {
    condition     = contains(["6.0", "7.0", "8.0"], var.mongodb_version)
    error_message = "mongodb_version must be 6.0, 7.0 or 8.0."
  }
}

variable "instance_size" {
  description = "Size of each node at its smallest. Customer keys and point-in-time recovery need M10, oplog retention by time needs storage that grows."
  type        = string
  default     = "M40"

  validation {
    condition     = can(regex("^M[1-9][0-9]+$", var.instance_size))
    error_message = "instance_size must be a dedicated one, M10 or larger."
  }
}

variable "instance_size_max" {
  description = "Size to which Atlas may grow each node."
  type        = string
  default     = "M60"
}

variable "regions" {
  description = "Regions with their electable nodes, the home region first, and the addresses (/24) of the landing in each other one. No region may hold a majority, or its loss would end writing."
  type        = list(object({ name = string, nodes = number, landing_cidr = optional(string) }))
  default = [
    { name = "EU_WEST_1", nodes = 2 },
    { name = "EU_CENTRAL_1", nodes = 2, landing_cidr = "10.250.0.0/24" },
    { name = "EU_NORTH_1", nodes = 1, landing_cidr = "10.250.1.0/24" },
  ]

  validation {
    condition     = length(var.regions) >= 1 && length(var.regions) <= 3
    error_message = "There may be at most three regions: landings.tf and cluster.tf name that many."
  }

  validation {
    condition     = alltrue([for place, region in var.regions : place == 0 || (can(cidrhost(region.landing_cidr, 0)) && try(endswith(region.landing_cidr, "/24"), false))])
    error_message = "Each region but the first needs a landing_cidr, a /24 beside the VPC's addresses."
  }

  validation {
    condition     = contains([3, 5, 7], sum(var.regions[*].nodes))
    error_message = "There must be 3, 5 or 7 electable nodes in all."
  }

  validation {
    condition     = length(var.regions) == 1 || alltrue([for region in var.regions : region.nodes * 2 < sum(var.regions[*].nodes)])
    error_message = "No region of several may hold a majority of the nodes."
  }
}

variable "oplog_min_retention_hours" {
  description = "How long the oplog, which is the product's outbox, is kept at least."
  type        = number
  default     = 72

  validation {
    condition     = var.oplog_min_retention_hours >= 72
    error_message = "The relay may be away for three days: at least 72 hours."
  }
}

variable "snapshot_days" {
  description = "How long hourly snapshots are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.snapshot_days >= 30
    error_message = "Hourly snapshots must be kept for 30 days at least."
  }
}

variable "restore_window_days" {
  description = "How far back any moment can be restored."
  type        = number
  default     = 7

  validation {
    condition     = var.restore_window_days >= 1 && var.restore_window_days <= 30
    error_message = "restore_window_days must be from 1 to 30."
  }
}

variable "data_key_arn" {
  description = "KMS key, of ours, under which Atlas encrypts the disks and snapshots."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role that Atlas takes: the environment's output of this name."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of a policy."
  }
}

variable "service_secret_arns" {
  description = "Secret of each service; its member mongodb_uri is written here, the others are kept."
  type        = map(string)

  validation {
    condition     = toset(keys(var.service_secret_arns)) == toset(["api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine"])
    error_message = "Each of the five services needs its secret."
  }
}

variable "secrets_key_arn" {
  description = "KMS key of the services' secrets, also of the migration's."
  type        = string
}

variable "password_versions" {
  description = "Raise a service's number to give it a new password."
  type        = map(number)
  default     = {}
}

variable "vpc_id" {
  description = "VPC of the services."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the private endpoint."
  type        = list(string)
}

variable "services_network" {
  description = "Address ranges, route tables and network ACLs of the layers where services run, from which the landings are reached."
  type = object({
    cidrs           = map(string)
    route_table_ids = map(string)
    network_acl_ids = map(string)
  })
}

variable "service_security_group_ids" {
  description = "Security groups of the services, by service: they alone reach the database."
  type        = map(string)
}

variable "alarm_email" {
  description = "Who hears Atlas' alerts."
  type        = string
}

variable "pagerduty_key" {
  description = "Integration key of PagerDuty for critical alerts; none where empty."
  type        = string
  default     = ""
  sensitive   = true
}
