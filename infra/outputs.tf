# What the deploy workflow and the frontend need to know.

output "lake_url" {
  description = "The lake."
  value       = local.lake_url
}

output "system_id" {
  description = "The system that the API serves."
  value       = var.system_id
}

output "api_url" {
  description = "The API; the frontend's API_URL."
  value       = aws_lambda_function_url.api.function_url
}

output "functions" {
  description = "Names of the three functions, by what they do."
  value       = { collector = module.collector.name, silver = module.silver.name, api = module.api.name }
}

output "backfill_arn" {
  description = "The machine that refines a list of hours."
  value       = aws_sfn_state_machine.backfill.arn
}

output "image_repository" {
  description = "Where images of the model service are pushed."
  value       = aws_ecr_repository.inference.repository_url
}

output "model_role_arn" {
  description = "The role a new model is given."
  value       = aws_iam_role.inference.arn
}

output "model_data_url" {
  description = "The trained weights."
  value       = "${local.lake_url}/${var.model_data_key}"
}

output "endpoint_name" {
  description = "The endpoint that answers forecasts."
  value       = local.endpoint_name
}

output "deploy_role_arn" {
  description = "The role the deploy workflow assumes."
  value       = aws_iam_role.deploy.arn
}
