# The model service: an image, the trained weights beside it, and an endpoint that costs nothing while nobody asks.
#
# The very first apply makes the repository and the roles; once an image is pushed, `model_image` brings the endpoint up.
# Later images are put behind the same endpoint by the deploy workflow, which is why its configuration is left alone here.

locals {
  has_image = var.model_image != null
}

resource "aws_ecr_repository" "inference" {
  name                 = "${var.name}-inference"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_iam_role" "inference" {
  name = "${var.name}-inference"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "inference" {
  name = "inference"
  role = aws_iam_role.inference.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadTheModel"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.lake_arn}/models/*"]
      },
      {
        Sid      = "PullTheImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [aws_ecr_repository.inference.arn]
      },
      {
        # A registry's token belongs to no repository: AWS accepts no narrower resource here.
        Sid      = "EnterTheRegistry"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = ["*"]
      },
      {
        Sid      = "WriteItsLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        Resource = ["${aws_cloudwatch_log_group.inference.arn}:*"]
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "inference" {
  name              = "/aws/sagemaker/Endpoints/${local.endpoint_name}"
  retention_in_days = var.log_retention_days
}

resource "aws_sagemaker_model" "forecast" {
  count = local.has_image ? 1 : 0

  name               = "${var.name}-forecast"
  execution_role_arn = aws_iam_role.inference.arn

  primary_container {
    image          = var.model_image
    model_data_url = "${local.lake_url}/${var.model_data_key}"
  }

  depends_on = [aws_iam_role_policy.inference]
}

resource "aws_sagemaker_endpoint_configuration" "forecast" {
  count = local.has_image ? 1 : 0

  name = "${var.name}-forecast"

  production_variants {
    variant_name = "only"
    model_name   = aws_sagemaker_model.forecast[0].name

    serverless_config {
      memory_size_in_mb = 2048
      max_concurrency   = 5
    }
  }
}

resource "aws_sagemaker_endpoint" "forecast" {
  count = local.has_image ? 1 : 0

  name                 = local.endpoint_name
  endpoint_config_name = aws_sagemaker_endpoint_configuration.forecast[0].name

  lifecycle {
    ignore_changes = [endpoint_config_name]
  }
}
