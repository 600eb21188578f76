variable "home_region" {
  description = "Region of the services."
  type        = string
  default     = "eu-west-1"
}

variable "environment" {
  description = "Which environment this is."
  type        = string

  validation {
    condition     = contains(["dev", "test", "staging", "prod"], var.environment)
    error_message = "environment must be dev, test, staging or prod."
  }
}

variable "owner" {
  description = "Team that answers for the environment; a tag of everything."
  type        = string
  default     = "refunds"
}

variable "replica_region" {
  description = "Second region: copies of keys, secrets, buckets and backups, and the standby."
  type        = string
  default     = "eu-central-1"
}

variable "cidr" {
  description = "Addresses of the VPC."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "cidr must be a /16."
  }
}

variable "nat_gateways" {
  description = "Ways out: one for all, or one per Availability Zone, so that a zone's failure leaves the others their way."
  type        = string
  default     = "per_az"

  validation {
    condition     = contains(["one", "per_az"], var.nat_gateways)
    error_message = "nat_gateways must be one or per_az."
  }
}

variable "interface_endpoint_az_count" {
  description = "In how many zones the VPC endpoints of AWS's services stand; each costs by the hour."
  type        = number
  default     = 3

  validation {
    condition     = var.interface_endpoint_az_count >= 1 && var.interface_endpoint_az_count <= 3
    error_message = "interface_endpoint_az_count must be 1, 2 or 3."
  }
}

variable "domain_name" {
  description = "Public name of the product."
  type        = string
}

variable "zone_id" {
  description = "Id of the public Route 53 zone that holds domain_name."
  type        = string

  validation {
    condition     = can(regex("^Z[A-Z0-9]{5,31}$", var.zone_id))
    error_message = "zone_id must be a Route 53 zone's id, such as Z0123456789ABC."
  }
}

variable "failover" {
  description = "Whether traffic falls over to the standby region. Only where something publishes the name that is fallen over to: no stack does yet."
  type        = bool
  default     = false
}

variable "image_tag" {
  description = "Version that is deployed first; afterwards the pipeline deploys."
  type        = string

  validation {
    condition     = var.image_tag != "latest"
    error_message = "image_tag must name one version: latest is another one tomorrow."
  }
}

variable "services" {
  description = "Size of a task (CPU units, MiB) and the fewest and most tasks, by service."
  type = map(object({
    cpu       = number
    memory    = number
    count_min = number
    count_max = number
  }))
  default = {
    api                  = { cpu = 1024, memory = 2048, count_min = 3, count_max = 10 }
    request-manager      = { cpu = 2048, memory = 4096, count_min = 2, count_max = 8 }
    gateway-integration  = { cpu = 1024, memory = 2048, count_min = 2, count_max = 6 }
    parameter-resolution = { cpu = 512, memory = 1024, count_min = 2, count_max = 4 }
    reporting-engine     = { cpu = 2048, memory = 4096, count_min = 1, count_max = 3 }
  }

  validation {
    condition     = toset(keys(var.services)) == toset(["api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine"])
    error_message = "services must have exactly the five services."
  }
}

variable "use_spot" {
  description = "Whether tasks may run on Fargate Spot; refused in production."
  type        = bool
  default     = false
}

variable "cache" {
  description = "Size of a node, parts that the keys are spread over, copies of each part."
  type = object({
    node_type          = string
    shards             = number
    replicas_per_shard = number
  })
  default = { node_type = "cache.m7g.large", shards = 2, replicas_per_shard = 2 }
}

variable "object_lock" {
  description = "Whether archives cannot be deleted before their time: the audit bucket's by nobody, the others' by nobody without the right to bypass governance, which no role of the product has. Not to be undone."
  type        = bool
  default     = true
}

variable "central_vault_arn" {
  description = "Vault in the backup account (output VaultArn of cloudformation/backup-vault.yaml) to which daily backups are copied as well; null means none."
  type        = string
  default     = null

  validation {
    condition     = var.central_vault_arn == null ? true : can(regex("^arn:[a-z-]+:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:.+$", var.central_vault_arn))
    error_message = "central_vault_arn must be the ARN of a backup vault, or null."
  }
}

variable "vault_lock" {
  description = "Whether backups cannot be deleted before their time, by nobody without the right to take the vault's lock off, which no role of the product has."
  type        = bool
  default     = true
}

variable "key_deletion_window_days" {
  description = "How long a key's deletion can be called off."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_window_days >= 7 && var.key_deletion_window_days <= 30
    error_message = "key_deletion_window_days must be from 7 to 30."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer and the user pool refuse to be deleted."
  type        = bool
  default     = true
}

variable "mfa" {
  description = "ON: everybody shows a second factor. OPTIONAL: for environments without real users."
  type        = string
  default     = "ON"
}

variable "log_retention_days" {
  description = "How long logs stay online; PCI DSS asks for twelve months where real refunds are."
  type        = number
  default     = 365
}

variable "audit_baseline" {
  description = "Whether cloudformation/audit-baseline.yaml is in the account, which has a detector and a recorder then."
  type        = bool
  default     = false
}

variable "log_level" {
  description = "From which level on the services log."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["debug", "info", "warning", "error"], var.log_level)
    error_message = "log_level must be debug, info, warning or error."
  }
}

variable "alarm_emails" {
  description = "Who hears of warnings."
  type        = set(string)
  default     = ["devops@example.com"]
}

variable "repository" {
  description = "The pipeline's repository, owner/name."
  type        = string
  default     = "brik/refunds"
}
