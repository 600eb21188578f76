# As production, but on Spot, with no standby region, and able to be taken down.
environment = "staging"
cidr        = "10.30.0.0/16"
domain_name = "refunds.staging.brik.example.com"
zone_id     = "Z000000STAGING"
image_tag   = "1.0.0"

failover            = false
use_spot            = true
object_lock         = false
vault_lock          = false
deletion_protection = false

cache = { node_type = "cache.t4g.medium", shards = 2, replicas_per_shard = 1 }
