# What each service reads at its start, by the names of its settings. Secrets are read from REFUNDS_SECRET_ID.

locals {
  common_settings = {
    REFUNDS_PUBLIC_URL = module.edge.url
    REFUNDS_ISSUER     = module.identity.issuer_url
    REFUNDS_JWKS_URL   = module.identity.jwks_url
    REFUNDS_AUDIENCE   = join(",", sort(values(module.identity.client_ids)))
    REFUNDS_LOG_LEVEL  = var.log_level
  }

  hint_settings = {
    REFUNDS_HINTS            = "sqs"
    REFUNDS_REVIEW_QUEUE_URL = module.queues.queue_urls["review"]
    REFUNDS_SUBMIT_QUEUE_URL = module.queues.queue_urls["submit"]
  }

  archive_settings = {
    REFUNDS_EVENT_BUS_NAME = module.events.bus_name
    REFUNDS_ANCHOR_BUCKET  = module.storage.bucket_names["audit"]
    REFUNDS_ANCHOR_KEY_ID  = module.keys.anchor_key_arn
  }

  settings = {
    api                  = merge(local.common_settings, local.hint_settings)
    request-manager      = merge(local.common_settings, local.hint_settings)
    gateway-integration  = merge(local.common_settings, local.hint_settings)
    parameter-resolution = local.common_settings
    reporting-engine     = merge(local.common_settings, local.archive_settings)
  }
}
