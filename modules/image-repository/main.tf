resource "aws_ecr_repository" "this" {
  name = var.name
  # It goes with its images: they can be built again.
  force_delete         = true
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  tags = var.tags
}

resource "aws_ecr_lifecycle_policy" "this" {
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the newest images."
      selection = {
        tagStatus   = "any"
        countType   = "imageCountMoreThan"
        countNumber = var.images_kept
      }
      action = { type = "expire" }
    }]
  })
  repository = aws_ecr_repository.this.name
}
