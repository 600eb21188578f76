# What each service may do, by collection, as the stores of src/refunds/adapters/mongo use them, and what `refunds
# migrate` may, which alone changes the schema. The audit log can be added to and read, never changed, by anybody.

locals {
  database  = "refunds"
  migration = "migrate"

  # On every collection, for the migration alone.
  schema_actions = ["COLL_MOD", "CREATE_COLLECTION", "CREATE_INDEX", "DROP_INDEX", "LIST_COLLECTIONS", "LIST_INDEXES"]

  reading  = ["FIND"]
  adding   = ["FIND", "INSERT"]
  changing = ["FIND", "INSERT", "UPDATE"]
  updating = ["FIND", "UPDATE"]
  listing  = ["FIND", "INSERT", "UPDATE", "REMOVE"]

  rights = {
    api = {
      payments         = local.changing
      tenants          = local.adding
      parameter_values = local.reading
      versions         = local.changing
      refund_list      = local.reading
      refund_list_odd  = local.reading
      relay_positions  = local.reading
      bulk_files       = local.adding
      # a new tenant is audited; events and the audit log are read
      audit_log   = local.adding
      audit_heads = local.changing
      migrations  = local.reading
    }
    request-manager = {
      payments         = local.updating
      tenants          = local.reading
      parameter_values = local.reading
      versions         = local.reading
      migrations       = local.reading
    }
    gateway-integration = {
      payments         = local.updating
      tenants          = local.reading
      parameter_values = local.reading
      versions         = local.reading
      migrations       = local.reading
      # one that is booked later is removed
      unread_webhooks = ["FIND", "INSERT", "REMOVE"]
    }
    parameter-resolution = {
      tenants          = local.reading
      parameter_values = local.adding
      versions         = local.changing
      audit_log        = local.adding
      audit_heads      = local.changing
      migrations       = local.reading
    }
    reporting-engine = {
      payments         = ["FIND", "CHANGE_STREAM"]
      tenants          = local.reading
      parameter_values = local.reading
      versions         = local.reading
      # list, roll-ups and ledger have two places, for even and for odd generations; a rebuild empties one bit by bit
      refund_list        = local.listing
      refund_list_odd    = local.listing
      rollups            = local.listing
      rollups_odd        = local.listing
      ledger_entries     = local.listing
      ledger_entries_odd = local.listing
      audit_log          = local.adding
      audit_heads        = local.changing
      relay_positions    = local.changing
      set_aside          = local.listing
      migrations         = local.reading
    }
    # counts what is in each, adds values with their audit records, takes old leases from payments
    migrate = {
      payments           = local.updating
      tenants            = local.reading
      parameter_values   = local.adding
      versions           = local.changing
      bulk_files         = local.reading
      unread_webhooks    = local.reading
      refund_list        = local.reading
      refund_list_odd    = local.reading
      rollups            = local.reading
      rollups_odd        = local.reading
      ledger_entries     = local.reading
      ledger_entries_odd = local.reading
      audit_log          = local.adding
      audit_heads        = local.changing
      relay_positions    = local.reading
      set_aside          = local.reading
      migrations         = local.changing
    }
  }

  # service => action => collections: the form that Atlas takes
  collections_by_action = {
    for service, collections in local.rights : service => {
      for action in distinct(flatten(values(collections))) : action => [for collection, actions in collections : collection if contains(actions, action)]
    }
  }
}

resource "mongodbatlas_custom_db_role" "service" {
  for_each = local.collections_by_action

  project_id = mongodbatlas_project.this.id
  role_name  = each.key

  dynamic "actions" {
    for_each = each.value

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

  dynamic "actions" {
    for_each = each.key == local.migration ? local.schema_actions : []

    content {
      action = actions.value

      resources {
        database_name   = local.database
        collection_name = ""
      }
    }
  }
}
