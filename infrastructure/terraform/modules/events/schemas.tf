# What the events look like, for those who listen: one schema per type, all of one shape. The types are listed in
# event_types.json, which a test holds against the product's own list.

locals {
  event_types = jsondecode(file("${path.module}/event_types.json"))

  id      = { type = "string", minLength = 1 }
  text    = { type = "string" }
  integer = { type = "integer" }

  properties = {
    id              = merge(local.id, { description = "The event's id: it can come more than once." })
    at              = { type = "string", format = "date-time", description = "When it happened, UTC." }
    merchant_id     = local.id
    tenant_path     = { type = "array", items = local.id, description = "The merchant and those above, from the top." }
    payment_id      = local.id
    payment_version = merge(local.integer, { minimum = 1, description = "Of two events the one with the higher version is later." })
    refund_id       = merge(local.text, { description = "Empty for an event of a payment." })
    from_status     = local.text
    status          = local.text
    amount          = merge(local.integer, { minimum = 0, description = "In minor units of the currency." })
    currency        = { type = "string", pattern = "^[A-Z]{3}$" }
    code            = merge(local.text, { description = "A short reason or a normalised error code; empty without one." })
    gateway         = local.text
    payment_method  = local.text
  }
}

resource "aws_schemas_registry" "this" {
  name        = var.name
  description = "Events of payments and refunds"

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_schemas_schema" "this" {
  for_each = local.event_types

  name          = "${local.source}@${each.key}"
  registry_name = aws_schemas_registry.this.name
  type          = "JSONSchemaDraft4"
  description   = each.value

  content = jsonencode({
    "$schema"            = "http://json-schema.org/draft-04/schema#"
    title                = each.key
    description          = each.value
    type                 = "object"
    required             = sort(concat(keys(local.properties), ["type"]))
    additionalProperties = true
    properties           = merge(local.properties, { type = { type = "string", enum = [each.key] } })
  })

  tags = merge(var.tags, { Name = "${local.source}@${each.key}" })
}
