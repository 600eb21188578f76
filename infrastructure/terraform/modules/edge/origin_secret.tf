# The secret by which the load balancer knows this distribution among all of CloudFront's. Made once per version from
# two random UUIDs (244 random bits); it lives in the state, which is encrypted, and in no variable.

resource "terraform_data" "origin_secret" {
  for_each = toset(var.origin_secret_versions)

  input = sensitive(sha256("${uuid()}${uuid()}"))

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  sent_secret      = terraform_data.origin_secret[var.origin_secret_versions[0]].output
  accepted_secrets = [for version in var.origin_secret_versions : terraform_data.origin_secret[version].output]
}
