"""What ministack lacks for a rehearsal, one module or package per AWS service."""
