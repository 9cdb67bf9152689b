"""Tables as offices have them in Excel, of different shapes, made with openpyxl."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Border, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

LINE = Side(style="thin")
FRAME = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def frame(sheet: Worksheet, area: str) -> None:
    """Draw a line around each cell of an area."""
    for row in sheet[area]:
        for cell in row:
            cell.border = FRAME


def put(sheet: Worksheet, at: str, *rows: Iterable[object]) -> None:
    """Write rows of values from a cell on; None leaves a cell empty."""
    first = sheet[at]
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if value is not None:
                sheet.cell(first.row + down, first.column + across, value)


def allow(sheet: Worksheet, area: str, **rule: object) -> None:
    """Put a validation on an area."""
    validation = DataValidation(**rule)
    validation.add(area)
    sheet.add_data_validation(validation)


def hotline(sheet: Worksheet) -> None:
    """Typed without lines: sums, a balance and a rate, the usual remarks above and below."""
    put(sheet, "A1", ["2024年度热线办理统计表"], ["填报单位：", None, None, None, "单位：件"])
    put(sheet, "A3", ["来源", "上年结转", "受理", "办结", "结转下年", "办结率"])
    for row, source in enumerate(["电话", "来信", "网上", "合　计"], 4):
        put(sheet, f"A{row}", [source, None, None, None, f"=B{row}+C{row}-D{row}", f'=IF(C{row}=0,"",D{row}/C{row})'])
        sheet[f"F{row}"].number_format = "0.00%"
    put(sheet, "B7", ["=SUM(B4:B6)", "=SUM(C4:C6)", "=SUM(D4:D6)"])
    put(sheet, "A8", ["单位负责人：        填表人：        联系电话：      填报日期：  年 月 日"])


def procurement(sheet: Worksheet) -> None:
    """Two rows of merged headings, a row that numbers them, codes, a list, remarks; money in 万元."""
    put(sheet, "A1", ["附件2"], ["政府采购信息统计表（2024年度）"], ["表号：县财采年1表", None, None, None, None, None, "计量单位：万元"])
    sheet.merge_cells("A2:H2")
    put(
        sheet,
        "A4",
        ["项目", "代码", "采购预算", None, None, "实际采购\n金额", "是否公开", "备　注"],
        [None, None, "财政资金", "自筹资金", "合计"],
    )
    put(sheet, "A6", ["甲", "乙", 1, 2, 3, 4, 5, 6])
    for area in ("A4:A5", "B4:B5", "C4:E4", "F4:F5", "G4:G5", "H4:H5"):
        sheet.merge_cells(area)
    for row, (goods, code) in enumerate([("货物", "01"), ("工程", "02"), ("服务", "03"), ("合计", "04")], 7):
        put(sheet, f"A{row}", [goods, code, None, None, f"=C{row}+D{row}"])
    put(sheet, "C10", ["=SUM(C7:C9)", "=SUM(D7:D9)", None, "=F7+F8+F9"])
    allow(sheet, "G7:G10", type="list", formula1='"是,否"')
    frame(sheet, "A4:H10")
    put(sheet, "A11", ["注：本表由财政部门填报。"])


def enforcement(sheet: Worksheet) -> None:
    """Two columns of merged headings and a column with the unit of each row; a rounded rate."""
    put(sheet, "A1", ["行政执法统计年报"], ["类别", None, "计量单位", "数量", "其中：当年", "占比（%）"])
    lines = [("许可", "申请", "件"), (None, "受理", "件"), (None, "批准", "件"), ("处罚", "立案", "件"), (None, "罚款", "万元")]
    for row, line in enumerate(lines, 3):
        put(sheet, f"A{row}", [*line, None, None, f"=ROUND(E{row}/D{row}*100,1)"])
    for area in ("A2:B2", "A3:A5", "A6:A7"):
        sheet.merge_cells(area)
    frame(sheet, "A2:F7")


def months(sheet: Worksheet) -> None:
    """Wide, with headings that are not merged but left blank, and shares of a total in another row."""
    put(
        sheet,
        "A1",
        ["各乡镇诉求办理月度统计表"],
        ["乡镇", "本年受理", *[None] * 12, "占全县比例（%）"],
        [None, *(f"{month}月" for month in range(1, 13)), "合计"],
    )
    for row, town in enumerate(["城关镇", "河口镇", "东山乡", "全县"], 4):
        put(sheet, f"A{row}", [town, *[None] * 12, f"=SUM(B{row}:M{row})", f"=IFERROR(ROUND(N{row}/$N$7*100,2),0)"])
    put(sheet, "B7", [f"=SUM({column}4:{column}6)" for column in "BCDEFGHIJKLM"])


def blocks(sheet: Worksheet) -> None:
    """Two blocks below each other, each with a title over the whole width and a header of its own."""
    put(sheet, "A1", ["政务服务情况表"])
    put(sheet, "A2", ["一、窗口服务"], ["项目", "收件", "办件"], ["现场", None, None], ["邮寄", None, None])
    put(sheet, "A6", ["二、网上服务"], ["项目", "访问量（人次）", None], ["网站", None, None])
    for area in ("A2:C2", "A6:C6", "B7:C7", "B8:C8"):
        sheet.merge_cells(area)
    frame(sheet, "A2:C8")


def one_row(sheet: Worksheet) -> None:
    """A single row of figures below three rows of headings, without anything on its left."""
    put(sheet, "A1", ["复议诉讼情况"], ["行政复议", None, None, "行政诉讼", None, None])
    put(sheet, "A3", ["维持", "纠正", "合计", "维持", "纠正", "合计"], [None, None, "=A4+B4", None, None, "=D4+E4"])
    sheet.merge_cells("A2:C2")
    sheet.merge_cells("D2:F2")
    frame(sheet, "A2:F4")


def items(sheet: Worksheet) -> None:
    """A list of items without any header: words, an address, yes or no, days with one decimal place."""
    put(
        sheet,
        "A1",
        ["政府网站工作年度报表"],
        ["网站名称"],
        ["首页网址"],
        ["信息发布（单位：条）", "总数", "=SUM(C5:C6)"],
        [None, "概况类"],
        [None, "动态类"],
    )
    put(sheet, "A7", ["办事服务", "是否发布服务事项目录"], [None, "平均办理时间（天）"])
    for area in ("A1:D1", "A2:B2", "A3:B3", "A4:A6", "A7:A8", *(f"C{row}:D{row}" for row in range(2, 9))):
        sheet.merge_cells(area)
    sheet["C8"].number_format = "0.0"
    frame(sheet, "A2:D8")


def guarded(sheet: Worksheet) -> None:
    """Protected, with open cells to fill in and one that is not to be, dates, a list elsewhere on the sheet, and a multiple."""
    put(sheet, "A1", ["培训情况表"], ["期别", "开班日期", "人数（人）", "学时", "人学时", "形式"])
    for row, term in enumerate(["上半年", "下半年"], 3):
        put(sheet, f"A{row}", [term, None, None, None, f"=2*C{row}+D{row}-1"])
        for column in "BCDF":
            sheet[f"{column}{row}"].protection = Protection(locked=False)
        sheet[f"B{row}"].number_format = "yyyy-mm-dd"
    sheet["B4"].protection = Protection(locked=True)
    put(sheet, "H3", ["线上"], ["线下"])
    allow(sheet, "F3:F4", type="list", formula1="$H$3:$H$4")
    allow(sheet, "C3:C4", type="whole", operator="greaterThanOrEqual", formula1="0")
    frame(sheet, "A2:F4")
    sheet.protection.sheet = True


def barred(sheet: Worksheet) -> None:
    """Cells that are marked as not to be filled in, numbers already typed, serial numbers, a difference that may fall below 0."""
    put(sheet, "A1", ["资产情况表"], ["序号", "类别", "年初数（万元）", "年末数（万元）", "增减（万元）", "台数（台）"])
    put(
        sheet,
        "A3",
        [1, "房屋", 120.5, 130, "=D3-C3", "—"],
        [2, "车辆", None, None, "=D4-C4", None],
        [3, "合计", "=C3+C4", "=D3+D4", "=E3+E4", "=F4"],
    )


def years(sheet: Worksheet) -> None:
    """Headings that are years, written as numbers."""
    put(sheet, "A1", ["历年收入表"], ["项目", 2022, 2023, 2024, "三年合计"], ["收入", None, None, None, "=SUM(B3:D3)"])
    put(sheet, "A4", ["支出", None, None, None, "=SUM(B4:D4)"], ["结余", "=B3-B4", "=C3-C4", "=D3-D4", "=E3-E4"])


def growth(sheet: Worksheet) -> None:
    """Units and codes behind the items, a row that numbers the columns, and a change that may fall below 0."""
    put(sheet, "A1", ["能耗表"], ["指标", "计量单位", "代码", "本年", "上年", "增减（%）"], ["甲", "乙", "丙", 1, 2, 3])
    put(
        sheet,
        "A4",
        ["用电量", "万千瓦时", "01", None, None, "=(D4-E4)/E4*100"],
        ["用水量", "万立方米", "02", None, None, "=(D5-E5)/E5*100"],
    )


def counted(sheet: Worksheet) -> None:
    """A row of nothing but the numbers of the columns below the headings."""
    put(sheet, "A1", ["人员统计表"], ["科室", "人数"], [1, 2], ["一科"], ["二科"])
    frame(sheet, "A2:B5")


def subtotals(sheet: Worksheet) -> None:
    """Subtotals within groups of rows, and a total of them whose heading takes two columns."""
    put(sheet, "A1", ["案件统计表"], ["类别", None, "件数", "其中：重大", "金额（元）"], ["刑事", "盗窃"], [None, "诈骗"], [None, "小计"])
    put(sheet, "A6", ["民事", "合同"], [None, "侵权"], [None, "小计"], ["总计"])
    for column in "CDE":
        put(sheet, f"{column}5", [f"=SUM({column}3:{column}4)"])
        put(sheet, f"{column}8", [f"=SUM({column}6:{column}7)"], [f"={column}5+{column}8"])
    for area in ("A2:B2", "A3:A5", "A6:A8", "A9:B9"):
        sheet.merge_cells(area)
    frame(sheet, "A2:E9")


SHAPES: tuple[Callable[[Worksheet], None], ...] = (
    hotline,
    procurement,
    enforcement,
    months,
    blocks,
    one_row,
    items,
    guarded,
    barred,
    years,
    growth,
    counted,
    subtotals,
)


def save(folder: Path, *shapes: Callable[[Worksheet], None]) -> Path:
    """Write a workbook with these tables, each on a sheet of its own."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for shape in shapes:
        shape(workbook.create_sheet(shape.__name__))
    path = folder / f"{shapes[0].__name__}.xlsx"
    workbook.save(path)
    return path
