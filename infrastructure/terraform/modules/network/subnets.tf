# Three layers in every zone: public (load balancer, NAT), private (out through NAT: gateway-integration alone) and
# isolated (no way out: all other services, the cache, the endpoints).

locals {
  # A quarter of the VPC for each layer, so that one range names the layer in a network ACL.
  layer_cidrs = {
    public   = cidrsubnet(var.cidr, 2, 0)
    private  = cidrsubnet(var.cidr, 2, 1)
    isolated = cidrsubnet(var.cidr, 2, 2)
  }

  subnet_cidrs = {
    for layer, cidr in local.layer_cidrs : layer => { for place, zone in local.zones : zone => cidrsubnet(cidr, 2, place) }
  }

  subnet_ids = {
    public   = [for zone in local.zones : aws_subnet.public[zone].id]
    private  = [for zone in local.zones : aws_subnet.private[zone].id]
    isolated = [for zone in local.zones : aws_subnet.isolated[zone].id]
  }
}

resource "aws_subnet" "public" {
  for_each = local.subnet_cidrs.public

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false

  tags = merge(var.tags, { Name = "${var.name}-public-${each.key}", Layer = "public" })
}

resource "aws_subnet" "private" {
  for_each = local.subnet_cidrs.private

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false

  tags = merge(var.tags, { Name = "${var.name}-private-${each.key}", Layer = "private" })
}

resource "aws_subnet" "isolated" {
  for_each = local.subnet_cidrs.isolated

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false

  tags = merge(var.tags, { Name = "${var.name}-isolated-${each.key}", Layer = "isolated" })
}
