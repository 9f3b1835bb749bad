output "arn" {
  description = "The function."
  value       = aws_lambda_function.this.arn
}

output "name" {
  description = "Its name."
  value       = aws_lambda_function.this.function_name
}

output "shape" {
  description = "What it runs on and what it is told, for the tests."
  value = {
    architectures = aws_lambda_function.this.architectures
    runtime       = aws_lambda_function.this.runtime
    environment   = var.environment
    statements    = var.statements
    log_format    = aws_lambda_function.this.logging_config[0].log_format
  }
}
