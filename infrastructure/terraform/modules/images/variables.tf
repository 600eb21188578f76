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

variable "services" {
  description = "Services, each of which has an image of its own."
  type        = set(string)
}

variable "data_key_arn" {
  description = "KMS key of the images."
  type        = string
}

variable "images_kept" {
  description = "How many versions of each image are kept: as many can be gone back to."
  type        = number
  default     = 30

  validation {
    condition     = var.images_kept >= 5 && var.images_kept <= 1000
    error_message = "images_kept must be from 5 to 1000."
  }
}

variable "alarm_topic_arn" {
  description = "Topic that hears of grave findings in images."
  type        = string
}
