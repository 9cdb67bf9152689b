"""Forms: form.toml as frozen dataclasses, where each cell stands, and the plan of the workbook."""
