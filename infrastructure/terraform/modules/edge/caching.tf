# What CloudFront may keep, and what it passes on. Answers of the API hang on who asks: they are never kept.

resource "aws_cloudfront_cache_policy" "nothing" {
  name        = "${var.name}-keep-nothing"
  comment     = "Every request goes to the origin"
  default_ttl = 0
  max_ttl     = 0
  min_ttl     = 0

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = false
    enable_accept_encoding_gzip   = false

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_cache_policy" "documents" {
  name        = "${var.name}-keep-documents"
  comment     = "Public documents, for as long as the origin says, five minutes where it is silent"
  default_ttl = 300
  max_ttl     = 3600
  min_ttl     = 0

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

# All but Host: the origin is reached, and its certificate checked, by its own name.
resource "aws_cloudfront_origin_request_policy" "everything" {
  name    = "${var.name}-pass-everything"
  comment = "All headers but Host, all query strings, no cookies: the API knows none"

  cookies_config {
    cookie_behavior = "none"
  }

  headers_config {
    header_behavior = "allExcept"

    headers {
      items = ["Host"]
    }
  }

  query_strings_config {
    query_string_behavior = "all"
  }
}
