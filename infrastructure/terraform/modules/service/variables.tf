variable "name" {
  description = "Prefix of every name: brik-refunds-<environment>. At most 20 characters, so that a target group's name fits into 32."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name))
    error_message = "name must be 2 to 20 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "service" {
  description = "Which of the five services this is."
  type        = string

  validation {
    condition     = contains(["api", "request-manager", "gateway-integration", "parameter-resolution", "reporting-engine"], var.service)
    error_message = "service must be api, request-manager, gateway-integration, parameter-resolution or reporting-engine."
  }
}

variable "cluster_arn" {
  description = "ARN of the ECS cluster."
  type        = string
}

variable "cluster_name" {
  description = "Name of the ECS cluster, by which CloudWatch and Auto Scaling know it."
  type        = string
}

variable "namespace_id" {
  description = "Id of the Cloud Map namespace in which the service is registered."
  type        = string
}

variable "namespace_name" {
  description = "Name of the Cloud Map namespace; null means the name that module cluster gives it."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "VPC of the tasks."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the tasks, one per Availability Zone; Fargate spreads the tasks over them."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name at least two subnets, in different Availability Zones."
  }
}

variable "image" {
  description = "Container image with its digest or tag; never latest."
  type        = string

  validation {
    condition     = can(regex("(@sha256:[0-9a-f]{64}|:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$", var.image)) && !endswith(var.image, ":latest")
    error_message = "image must end in a digest or in a tag other than latest."
  }
}

variable "cpu" {
  description = "CPU units of a task, sidecar included: 1024 are one vCPU."
  type        = number

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.cpu)
    error_message = "cpu must be a size that Fargate offers: 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "memory" {
  description = "Memory of a task in MiB, sidecar included."
  type        = number

  validation {
    condition     = var.memory >= 512 && var.memory <= 122880
    error_message = "memory must be between 512 and 122880 MiB."
  }
}

variable "count_min" {
  description = "Fewest tasks; also how many are started at first."
  type        = number

  validation {
    condition     = var.count_min >= 1 && floor(var.count_min) == var.count_min
    error_message = "count_min must be a whole number of at least 1."
  }
}

variable "count_max" {
  description = "Most tasks that scaling may run."
  type        = number

  validation {
    condition     = var.count_max >= 1 && floor(var.count_max) == var.count_max
    error_message = "count_max must be a whole number of at least 1."
  }
}

variable "use_spot" {
  description = "Whether tasks beyond the first run on Fargate Spot. Never in production."
  type        = bool
  default     = false
}

variable "scaling" {
  description = "What the number of tasks follows. cpu: percent; queue_depth: visible messages of queue_name; request_rate: requests per minute and task."
  type = object({
    metric          = string
    scale_out_above = number
    scale_in_below  = number
    queue_name      = optional(string)
  })

  validation {
    condition     = contains(["cpu", "queue_depth", "request_rate"], var.scaling.metric)
    error_message = "scaling.metric must be cpu, queue_depth or request_rate."
  }

  validation {
    condition     = var.scaling.scale_in_below > 0 && var.scaling.scale_in_below * 2 < var.scaling.scale_out_above
    error_message = "scale_in_below must be more than 0 and less than half of scale_out_above, or the service would flap."
  }
}

variable "environment" {
  description = "Settings of the service that are no secrets, by the names of their variables (REFUNDS_…)."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.environment) : !can(regex("(PASSWORD|TOKEN|SECRET|PRIVATE_KEY|_URI)$", key))])
    error_message = "environment must not carry secrets: put them into the service's secret."
  }
}

variable "secret_arn" {
  description = "ARN of the service's secret, which the program reads by itself."
  type        = string
}

variable "secrets_key_arn" {
  description = "KMS key of the secret."
  type        = string
}

variable "policy_statements" {
  description = "What the service may do on AWS beyond reading its secret. Actions and resources are named, never all; condition is IAM's: operator, key, values."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
    condition = optional(map(map(list(string))))
  }))
  default = []

  validation {
    condition     = alltrue(flatten([for statement in var.policy_statements : [for action in statement.actions : !strcontains(action, "*")]]))
    error_message = "policy_statements must name each action in full."
  }

  validation {
    condition     = alltrue(flatten([for statement in var.policy_statements : [for resource in statement.resources : resource != "*"]]))
    error_message = "policy_statements must name the resources."
  }
}

variable "connections_in" {
  description = "Who may open a connection to port 8080, besides the load balancer."
  type = list(object({
    security_group_id = string
    description       = string
  }))
  default = []

  validation {
    condition     = length(distinct(var.connections_in[*].description)) == length(var.connections_in)
    error_message = "connections_in must be described in different words: they are known by their descriptions."
  }
}

variable "connections_out" {
  description = "To whom the service may open a connection: exactly one of security_group_id, cidr and prefix_list_id. Where it is a group, the rule that lets the service in is added to it, unless far_end is false. A prefix list whose id is not known before it is made must say far_end = false."
  type = list(object({
    port              = number
    port_to           = optional(number)
    security_group_id = optional(string)
    cidr              = optional(string)
    prefix_list_id    = optional(string)
    far_end           = optional(bool)
    description       = string
  }))
  default = []

  validation {
    condition     = length(distinct(var.connections_out[*].description)) == length(var.connections_out)
    error_message = "connections_out must be described in different words: they are known by their descriptions."
  }

  validation {
    condition = alltrue([for connection in var.connections_out : 1 == length([
      for end in [connection.security_group_id, connection.cidr, connection.prefix_list_id] : end if end != null
    ])])
    error_message = "Each of connections_out must have exactly one of security_group_id, cidr and prefix_list_id."
  }
}

variable "load_balancer" {
  description = "Where requests from outside come in; null for a service that has no door. Such a service is deployed blue/green."
  type = object({
    listener_arn          = string
    test_listener_arn     = string
    path_patterns         = list(string)
    priority              = number
    alb_security_group_id = string
    alb_arn_suffix        = string
  })
  default = null

  validation {
    condition     = var.load_balancer == null ? true : length(var.load_balancer.path_patterns) >= 1 && length(var.load_balancer.path_patterns) <= 5
    error_message = "load_balancer.path_patterns must have one to five patterns."
  }
}

variable "target_protocol" {
  description = "How the load balancer talks to the tasks: HTTP, or HTTPS once the program serves TLS on its port."
  type        = string
  default     = "HTTP"

  validation {
    condition     = contains(["HTTP", "HTTPS"], var.target_protocol)
    error_message = "target_protocol must be HTTP or HTTPS."
  }
}

variable "canary_configuration" {
  description = "CodeDeploy's way of moving requests to a new version."
  type        = string
  default     = "CodeDeployDefault.ECSCanary10Percent5Minutes"

  validation {
    condition     = startswith(var.canary_configuration, "CodeDeployDefault.ECSCanary")
    error_message = "canary_configuration must be one of CodeDeployDefault.ECSCanary…."
  }
}

variable "old_version_kept_minutes" {
  description = "How long the old version keeps running after all requests went to the new one: so long a rollback takes seconds."
  type        = number
  default     = 15

  validation {
    condition     = var.old_version_kept_minutes >= 5 && var.old_version_kept_minutes <= 2880
    error_message = "old_version_kept_minutes must be between 5 and 2880."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds what every role made here can ever be allowed."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic to which the alarms go."
  type        = string
}

variable "alarm_limits" {
  description = "Above which figures the alarms go off; a deployment during which one of its alarms goes off is rolled back."
  type = object({
    cpu_percent    = optional(number, 90)
    memory_percent = optional(number, 85)
    error_percent  = optional(number, 1)
    latency_p95_s  = optional(number, 0.5)
    queue_age_s    = optional(number, 300)
  })
  default = {}
}

variable "logs_key_arn" {
  description = "KMS key of the log group."
  type        = string
}

variable "log_retention_days" {
  description = "How long the logs stay online; module log_archive keeps them for seven years."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number of days that CloudWatch Logs offers."
  }
}

variable "health_command" {
  description = "How the container asks the program whether it lives; the image has no shell."
  type        = list(string)
  default     = ["CMD", "/usr/bin/python3", "-P", "-m", "refunds", "health"]

  validation {
    condition     = var.health_command[0] == "CMD"
    error_message = "health_command must begin with CMD: there is no shell in the image."
  }
}

variable "cpu_architecture" {
  description = "Architecture that the image was built for."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture must be X86_64 or ARM64."
  }
}

variable "trace_collector_image" {
  description = "Image of the OpenTelemetry collector that takes the program's traces on loopback and hands them to X-Ray; null runs none."
  type        = string
  default     = null
}
