# The Atlas project of one environment.

resource "mongodbatlas_project" "this" {
  name   = var.name
  org_id = var.org_id

  is_data_explorer_enabled       = false
  is_performance_advisor_enabled = true
  is_schema_advisor_enabled      = false
  with_default_alerts_settings   = true


  tags = merge(var.tags, { Name = var.name })
}

resource "mongodbatlas_auditing" "this" {
  project_id                  = mongodbatlas_project.this.id
  enabled                     = true
  audit_authorization_success = false

  # Who signed in, who was refused, who changed users, roles, collections. Reads and writes are the product's own audit.
  audit_filter = jsonencode({
    atype = { "$in" = [
      "authenticate", "createUser", "dropUser", "updateUser", "grantRolesToUser", "revokeRolesFromUser", "createRole",
      "dropRole", "updateRole", "createCollection", "dropCollection", "dropDatabase", "dropIndex", "authCheck",
    ] }
  })
}

resource "mongodbatlas_maintenance_window" "this" {
  project_id  = mongodbatlas_project.this.id
  day_of_week = 3
  hour_of_day = 3
}
