# Who may deploy: one environment of one repository, with a token that lives for minutes. No key is stored anywhere.
#
# The role can replace the code of the three functions, the image behind the endpoint and the model in service, which
# learns its usual week from silver. It can change no permission.

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deploy" {
  name                 = "${var.name}-deploy"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:${var.github_repository}:environment:${var.github_environment}"
      } }
    }]
  })
}

resource "aws_iam_role_policy" "deploy" {
  name = "deploy"
  role = aws_iam_role.deploy.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReplaceTheCode"
        Effect   = "Allow"
        Action   = ["lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:UpdateFunctionCode"]
        Resource = [module.collector.arn, module.silver.arn, module.api.arn]
      },
      {
        Sid    = "PushTheImage"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:DescribeImages",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ]
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
        Sid    = "PutTheImageBehindTheEndpoint"
        Effect = "Allow"
        Action = [
          "sagemaker:CreateEndpointConfig",
          "sagemaker:CreateModel",
          "sagemaker:DescribeEndpoint",
          "sagemaker:DescribeEndpointConfig",
          "sagemaker:DescribeModel",
          "sagemaker:UpdateEndpoint",
        ]
        Resource = [for kind in ["endpoint", "endpoint-config", "model"] :
          "arn:aws:sagemaker:${var.region}:${local.account}:${kind}/${local.endpoint_name}*"
        ]
      },
      {
        Sid      = "ReplaceTheModel"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.lake_arn}/${var.model_data_key}"]
      },
      {
        Sid      = "LearnFromSilver"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.lake_arn}/silver/*/system=${var.system_id}/*"]
      },
      {
        Sid       = "ListSilverAndTheModel"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [local.lake_arn]
        Condition = { StringLikeIfExists = { "s3:prefix" = ["silver/*/system=${var.system_id}/*", var.model_data_key] } }
      },
      {
        Sid       = "HandOverTheModelsRole"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [aws_iam_role.inference.arn]
        Condition = { StringEquals = { "iam:PassedToService" = "sagemaker.amazonaws.com" } }
      },
    ]
  })
}
