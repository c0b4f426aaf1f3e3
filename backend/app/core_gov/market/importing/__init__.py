"""Import of sales and appraisals: files and records are mapped, converted and checked."""
