"""汇总情况: the workbook that tells an office how its units stand."""
