# Certificates: one in us-east-1 for viewers, one at home for the load balancer. Both are proven by DNS and renew themselves.

resource "aws_acm_certificate" "viewers" {
  provider = aws.global

  domain_name       = var.domain_name
  validation_method = "DNS"
  key_algorithm     = "RSA_2048"

  options {
    certificate_transparency_logging_preference = "ENABLED"
  }

  tags = merge(var.tags, { Name = "${var.name}-viewers" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate" "origin" {
  domain_name               = local.origin_name
  subject_alternative_names = [local.home_name]
  validation_method         = "DNS"
  key_algorithm             = "RSA_2048"

  options {
    certificate_transparency_logging_preference = "ENABLED"
  }

  tags = merge(var.tags, { Name = "${var.name}-origin" })

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # By name, because the names are known before the certificates are.
  validations = {
    for option in concat(
      tolist(aws_acm_certificate.viewers.domain_validation_options),
      tolist(aws_acm_certificate.origin.domain_validation_options),
    ) : option.domain_name => option
  }
}

# allow_overwrite: the standby region proves the same origin name by the same record.
resource "aws_route53_record" "validation" {
  for_each = toset([var.domain_name, local.origin_name, local.home_name])

  zone_id         = var.zone_id
  name            = local.validations[each.key].resource_record_name
  type            = local.validations[each.key].resource_record_type
  records         = [local.validations[each.key].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "viewers" {
  provider = aws.global

  certificate_arn         = aws_acm_certificate.viewers.arn
  validation_record_fqdns = [aws_route53_record.validation[var.domain_name].fqdn]
}

resource "aws_acm_certificate_validation" "origin" {
  certificate_arn         = aws_acm_certificate.origin.arn
  validation_record_fqdns = [for name in [local.origin_name, local.home_name] : aws_route53_record.validation[name].fqdn]
}
