# One user per service and one for the migration, each with its own role and nothing else, on this cluster only.

resource "terraform_data" "password" {
  for_each = local.rights

  input            = sensitive(sha256("${uuid()}${uuid()}"))
  triggers_replace = lookup(var.password_versions, each.key, 1)

  lifecycle {
    ignore_changes = [input]
  }
}

resource "mongodbatlas_database_user" "service" {
  for_each = local.rights

  project_id         = mongodbatlas_project.this.id
  auth_database_name = "admin"
  username           = each.key
  password           = terraform_data.password[each.key].output
  description        = each.key == local.migration ? "The job refunds migrate" : "Service ${each.key}"

  roles {
    role_name     = mongodbatlas_custom_db_role.service[each.key].role_name
    database_name = "admin"
  }

  scopes {
    name = mongodbatlas_advanced_cluster.this.name
    type = "CLUSTER"
  }
}
