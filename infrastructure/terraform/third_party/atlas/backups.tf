# Hourly snapshots, kept 30 days, copied to the second region with the oplog between them: any moment of the restore
# window can be brought back, there too.

locals {
  copy_region = length(var.regions) > 1 ? [var.regions[1].name] : []
}

resource "mongodbatlas_cloud_backup_schedule" "this" {
  project_id   = mongodbatlas_project.this.id
  cluster_name = mongodbatlas_advanced_cluster.this.name

  restore_window_days      = var.restore_window_days
  reference_hour_of_day    = 2
  reference_minute_of_hour = 0
  update_snapshots         = true

  policy_item_hourly {
    frequency_interval = 1
    retention_unit     = "days"
    retention_value    = var.snapshot_days
  }

  policy_item_daily {
    frequency_interval = 1
    retention_unit     = "days"
    retention_value    = 90
  }

  dynamic "copy_settings" {
    for_each = local.copy_region

    content {
      cloud_provider     = "AWS"
      region_name        = copy_settings.value
      zone_id            = mongodbatlas_advanced_cluster.this.replication_specs[0].zone_id
      frequencies        = ["HOURLY", "DAILY"]
      should_copy_oplogs = true
    }
  }
}
