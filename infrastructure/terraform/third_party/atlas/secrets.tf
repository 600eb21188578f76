# Each service's mongodb_uri, put into its own secret beside what is there already. Module secrets makes the secret
# with a first version; a service reads it when it starts.

data "aws_secretsmanager_secret_version" "current" {
  for_each = var.service_secret_arns

  secret_id = each.value
}

locals {
  private_host = trimprefix(
    one([
      for each in flatten(mongodbatlas_advanced_cluster.this.connection_strings[*].private_endpoint) :
      each.srv_connection_string if contains(each.endpoints[*].endpoint_id, aws_vpc_endpoint.database.id)
    ]),
    "mongodb+srv://",
  )

  mongodb_uris = {
    for service in keys(local.rights) :
    service => "mongodb+srv://${service}:${terraform_data.password[service].output}@${local.private_host}/${local.database}?authSource=admin&retryWrites=true&w=majority&journal=true&readConcernLevel=majority&tls=true"
  }
}

resource "terraform_data" "mongodb_uri" {
  for_each = var.service_secret_arns

  input = sha256(local.mongodb_uris[each.key])
}

# Others write into the same secrets (the rotation its redis_uri), and what they wrote is no reason to write again: that
# would put back what was read when the plan was made.
resource "aws_secretsmanager_secret_version" "service" {
  for_each = var.service_secret_arns

  secret_id     = each.value
  secret_string = jsonencode(merge(jsondecode(data.aws_secretsmanager_secret_version.current[each.key].secret_string), { mongodb_uri = local.mongodb_uris[each.key] }))

  lifecycle {
    ignore_changes       = [secret_string]
    replace_triggered_by = [terraform_data.mongodb_uri[each.key]]
  }

  depends_on = [mongodbatlas_privatelink_endpoint_service.this, mongodbatlas_database_user.service]
}
