# The replica set over three regions. Any one of them may be lost without anybody's doing: the others hold a majority.
# A write therefore waits for the nearest other region.

resource "mongodbatlas_advanced_cluster" "this" {
  project_id   = mongodbatlas_project.this.id
  name         = var.name
  cluster_type = "REPLICASET"

  mongo_db_major_version         = var.mongodb_version
  version_release_system         = "LTS"
  backup_enabled                 = true
  pit_enabled                    = true
  retain_backups_enabled         = true
  encryption_at_rest_provider    = "AWS"
  redact_client_log_data         = true
  termination_protection_enabled = true

  replication_specs {
    dynamic "region_configs" {
      for_each = var.regions

      content {
        provider_name = "AWS"
        region_name   = region_configs.value.name
        priority      = 7 - region_configs.key

        electable_specs {
          instance_size = var.instance_size
          node_count    = region_configs.value.nodes
        }

        auto_scaling {
          disk_gb_enabled            = true
          compute_enabled            = true
          compute_scale_down_enabled = true
          compute_min_instance_size  = var.instance_size
          compute_max_instance_size  = var.instance_size_max
        }
      }
    }
  }

  advanced_configuration {
    default_write_concern              = "majority"
    javascript_enabled                 = false
    minimum_enabled_tls_protocol       = "TLS1_2"
    oplog_min_retention_hours          = var.oplog_min_retention_hours
    transaction_lifetime_limit_seconds = 5 # what a killed task began holds its documents no longer
  }

  dynamic "tags" {
    for_each = merge(var.tags, { Name = var.name })

    content {
      key   = tags.key
      value = tags.value
    }
  }

  lifecycle {
    # Atlas grows the nodes of all regions by itself. Terraform takes no splat here: one pair for each region that
    # var.regions allows; those of a region that is not there match nothing.
    ignore_changes = [
      replication_specs[0].region_configs[0].electable_specs[0].instance_size,
      replication_specs[0].region_configs[0].electable_specs[0].disk_size_gb,
      replication_specs[0].region_configs[1].electable_specs[0].instance_size,
      replication_specs[0].region_configs[1].electable_specs[0].disk_size_gb,
      replication_specs[0].region_configs[2].electable_specs[0].instance_size,
      replication_specs[0].region_configs[2].electable_specs[0].disk_size_gb,
    ]

    precondition {
      condition     = local.aws_regions[0] == var.aws_region
      error_message = "The first of regions must be the home region: the services write to the primary there."
    }
  }

  # Atlas knows the private addresses only after the last of the endpoints.
  depends_on = [
    mongodbatlas_encryption_at_rest.this,
    mongodbatlas_privatelink_endpoint_service.this,
    mongodbatlas_privatelink_endpoint_service.landing,
  ]
}
