# What each key is for: through which AWS services this account's roles may use it, and which AWS services use it by
# themselves. A role needs its own policy besides; a key that is not meant for a service refuses it.

locals {
  purposes = {
    data = {
      description   = "Documents, reports, database dumps, cache and images"
      used_through  = ["ecr", "elasticache", "s3"]
      used_directly = []
    }
    logs = {
      description   = "Logs"
      used_through  = ["logs"]
      used_directly = ["logs"]
    }
    secrets = {
      description   = "Secrets, and the function that renews them"
      used_through  = ["lambda", "secretsmanager"]
      used_directly = ["rotation_logs"]
    }
    queues = {
      description   = "Hints and events under way"
      used_through  = ["events", "sqs"]
      used_directly = ["events"]
    }
    audit = {
      description   = "Trails, configuration history and anchors"
      used_through  = ["cloudtrail", "s3"]
      used_directly = ["cloudtrail", "config"]
    }
    backup = {
      description   = "Recovery points"
      used_through  = ["backup"]
      used_directly = []
    }
  }
}
