# What a person may do to the database with `refunds verify`, `refunds audit`, `refunds webhooks` and
# `refunds read-models`: read everything, remove a webhook that was looked after, order a rebuild. No user of this stack
# has this role; whoever looks after the product is given it for as long as that takes.

locals {
  operator_rights = {
    FIND   = [""] # every collection
    REMOVE = ["unread_webhooks"]
    UPDATE = ["relay_positions"]
  }
}

resource "mongodbatlas_custom_db_role" "operator" {
  project_id = mongodbatlas_project.this.id
  role_name  = "operator"

  dynamic "actions" {
    for_each = local.operator_rights

    content {
      action = actions.key

      dynamic "resources" {
        for_each = actions.value

        content {
          database_name   = local.database
          collection_name = resources.value
        }
      }
    }
  }
}
