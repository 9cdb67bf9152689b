"""What the sheets of 汇总情况 are called."""

OVERVIEW, MATRIX, FINDINGS, RULES, RANKING = "总览", "各单位数据", "问题清单", "问题分类统计", "错误排名"
YEARS, CHARTS, CHART_DATA, REMARKS = "与上年比较", "图表", "图表数据", "注意事项"
