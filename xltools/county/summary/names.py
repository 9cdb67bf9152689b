"""What the sheets of 汇总情况 are called."""

OVERVIEW, MATRIX, FINDINGS, RULES, YEARS, CHARTS, CHART_DATA = "总览", "数据矩阵", "问题清单", "按规则", "与上年比较", "图表", "图表数据"
RANKING, REMARKS = "错误排名", "注意事项"
