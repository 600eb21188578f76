# Production: everything that is not said here is the stack's default.
environment = "prod"
cidr        = "10.40.0.0/16"
domain_name = "refunds.brik.example.com"
zone_id     = "Z00000000PROD"
image_tag   = "1.0.0"
