"""xltools: the locked workbook, the checks and the finished report of 政府信息公开工作年度报告."""
