variable "name" {
  description = "Name of everything here."
  type        = string
}

variable "tags" {
  description = "Tags of everything that can carry tags."
  type        = map(string)
}

variable "region" {
  description = "AWS region of the landing."
  type        = string
}

variable "cidr" {
  description = "Addresses of the landing, a /24."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/24")
    error_message = "cidr must be a /24."
  }
}

variable "endpoint_service_name" {
  description = "Atlas' endpoint service in this region."
  type        = string
}

variable "home_vpc_id" {
  description = "VPC of the services."
  type        = string
}

variable "services_network" {
  description = "Address ranges, route tables and network ACLs of the layers where services run."
  type = object({
    cidrs           = map(string)
    route_table_ids = map(string)
    network_acl_ids = map(string)
  })
}

variable "service_security_group_ids" {
  description = "Security groups of the services, by service: they alone are let out to the landing."
  type        = map(string)
}

variable "network_acl_rule_number" {
  description = "Number of the rule that lets the services out, one for each landing."
  type        = number
}
