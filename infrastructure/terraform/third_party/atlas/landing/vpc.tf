# A VPC in another region of the cluster, without a way out and with nothing in it but the endpoint of Atlas there.

data "aws_availability_zones" "here" {
  state = "available"
}

resource "aws_vpc" "this" {
  #checkov:skip=CKV2_AWS_11:Nothing but one endpoint lives here, and the VPC of the services logs each flow to it
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = "${var.name}-default-closed" })
}

resource "aws_subnet" "this" {
  count = 3

  vpc_id                  = aws_vpc.this.id
  availability_zone       = data.aws_availability_zones.here.names[count.index]
  cidr_block              = cidrsubnet(var.cidr, 2, count.index)
  map_public_ip_on_launch = false

  tags = merge(var.tags, { Name = "${var.name}-${count.index + 1}" })
}

resource "aws_route_table" "this" {
  vpc_id = aws_vpc.this.id

  tags = merge(var.tags, { Name = var.name })
}

resource "aws_route_table_association" "this" {
  count = 3

  subnet_id      = aws_subnet.this[count.index].id
  route_table_id = aws_route_table.this.id
}
