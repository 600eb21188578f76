variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>. At most 22 characters, so that the load balancer's name fits into 32."
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

variable "domain_name" {
  description = "Public name of the product, for example refunds.example.com. The origins get names below it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name))
    error_message = "domain_name must be a lower-case DNS name without a dot at its end."
  }
}

variable "zone_id" {
  description = "Id of the public Route 53 zone that holds domain_name."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "public_subnet_ids" {
  description = "Public subnets of the load balancer, one per Availability Zone."
  type        = list(string)

  validation {
    condition     = length(var.public_subnet_ids) >= 2
    error_message = "An application load balancer needs subnets in at least two Availability Zones."
  }
}

variable "logs_bucket_name" {
  description = "Bucket of the access logs. Its policy must let the log delivery services write, and load balancers need it encrypted with SSE-S3: they cannot use a KMS key."
  type        = string
}

variable "logs_key_arn" {
  description = "KMS key of log groups in the home region."
  type        = string
}

variable "log_retention_days" {
  description = "How long the firewalls' log groups keep what they hold."
  type        = number
  default     = 365

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days must be one of the periods that CloudWatch Logs knows, from 30 to 731."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic, in the home region, for the load balancer's alarms."
  type        = string
}

variable "global_alarm_subscriptions" {
  description = "Who hears the alarms of us-east-1 (CloudFront, Route 53, the firewall): an alarm can only tell a topic of its own region."
  type        = list(object({ protocol = string, endpoint = string }))
  default     = []

  validation {
    condition     = alltrue([for each in var.global_alarm_subscriptions : contains(["email", "https"], each.protocol)])
    error_message = "The protocol must be email or https."
  }
}

variable "rate_limit_per_5m" {
  description = "Requests that one address may make in five minutes before it is turned away."
  type        = number
  default     = 30000

  validation {
    condition     = var.rate_limit_per_5m >= 100 && var.rate_limit_per_5m <= 2000000000
    error_message = "rate_limit_per_5m must be 100 or more."
  }
}

variable "webhook_rate_limit_per_5m" {
  description = "The same for /webhooks/: gateways send from few addresses, at up to 500 refunds a second."
  type        = number
  default     = 300000

  validation {
    condition     = var.webhook_rate_limit_per_5m >= 100
    error_message = "webhook_rate_limit_per_5m must be 100 or more."
  }
}

variable "blocked_path_prefixes" {
  description = "Paths that are for the inside only: metrics, and what a service misses. One or two: a listener's rule takes five patterns, and each is two."
  type        = list(string)
  default     = ["/metrics", "/health/ready"]

  validation {
    condition     = contains([1, 2], length(var.blocked_path_prefixes)) && alltrue([for each in var.blocked_path_prefixes : startswith(each, "/") && !endswith(each, "/")])
    error_message = "Give one or two prefixes; each begins with a slash and ends with none."
  }
}

variable "cached_paths" {
  description = "Public, unauthenticated documents that CloudFront may keep. Everything else is passed on and never kept."
  type        = list(string)
  default     = ["/openapi.json", "/docs"]

  validation {
    condition     = alltrue([for each in var.cached_paths : startswith(each, "/") && !startswith(each, "/v1") && !startswith(each, "/webhooks") && !strcontains(each, "*")])
    error_message = "Only exact paths outside /v1 and /webhooks may be kept: those answer differently to each caller."
  }
}

variable "failover" {
  description = "Whether the origin's name falls over to standby_region when this region is ill. Only where something publishes origin-<standby region>: no stack does yet."
  type        = bool
  default     = false
}

variable "standby_region" {
  description = "Region that takes over."
  type        = string
  default     = "eu-central-1"
}

variable "origin_tls_policy" {
  description = "Security policy of the load balancer's listeners. The default speaks TLS 1.3, and the best of 1.2 with CloudFront, which is not known to speak more to origins."
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"

  validation {
    condition     = can(regex("^ELBSecurityPolicy-TLS13-1-[23]-(Res-)?2021-06$", var.origin_tls_policy))
    error_message = "origin_tls_policy must be a TLS 1.3 policy that has nothing older than TLS 1.2."
  }
}

variable "origin_secret_versions" {
  description = "Secrets that CloudFront shows to the load balancer: all are let in, the first is sent. To rotate, apply [1, 2], then [2, 1], then [2]."
  type        = list(string)
  default     = ["1"]

  validation {
    condition     = length(var.origin_secret_versions) >= 1 && length(var.origin_secret_versions) <= 2 && length(distinct(var.origin_secret_versions)) == length(var.origin_secret_versions)
    error_message = "Give one or two different versions."
  }
}

variable "test_listener_port" {
  description = "Port on which CodeDeploy shows the new version before traffic moves."
  type        = number
  default     = 8443
}

variable "test_listener_cidrs" {
  description = "Who may open the test listener. Nobody, unless hooks of a deployment need it."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for each in var.test_listener_cidrs : can(cidrhost(each, 0)) && !endswith(each, "/0")])
    error_message = "Each must be a CIDR block, and none may be the whole Internet."
  }
}

variable "price_class" {
  description = "CloudFront edges that are used, a question of cost."
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "price_class must be PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
  type        = bool
  default     = true
}
