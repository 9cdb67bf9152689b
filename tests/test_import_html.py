"""Web pages are read as a browser shows them: paragraphs, headings and tables, whatever the markup is like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.needed import SHARED, beside
from tests.sources import items_of, read, shown, texts
from xltools.errors import UnreadableFileError
from xltools.readers.published.source import Line, Row
from xltools.readers.published.web import parse_page, read_html

REAL = SHARED / "reports" / "shanghai_office_2019.html"


def test_headings_and_paragraphs_stand_in_their_order() -> None:
    page = "<html><body><h1>某县2024年报告</h1><h2>一、总体情况</h2><p>全年公开<b>392</b>条。</p><h3>（一）主动公开</h3>内容</body></html>"
    assert read(page) == "# 某县2024年报告\n## 一、总体情况\n全年公开392条。\n### （一）主动公开\n内容"


def test_a_line_break_begins_a_line() -> None:
    assert read("<p><br />四、复议情况</p><p>第一行<br>第二行<br/><br/></p>") == "四、复议情况\n第一行\n第二行"


def test_white_space_is_collapsed_and_line_ends_are_bare() -> None:
    assert read("<p>\n  &nbsp;&nbsp;\u3000\u3000公开 \t 392   条&nbsp;\n</p>") == "公开 392 条"
    assert read("<p>总&nbsp;&nbsp;计　项</p>") == "总\u00a0\u00a0计　项"


def test_a_line_break_of_the_source_inside_chinese_is_no_space() -> None:
    assert read("<p>政府信\n   息公开\n392 条\nOK go</p>") == "政府信息公开 392 条 OK go"


def test_words_in_other_elements_are_not_torn_apart() -> None:
    assert read('<p><span>政</span><span>府</span><font color="red">信<u>息</u></font><o:p>&nbsp;</o:p></p>') == "政府信息"


@pytest.mark.parametrize("tag", ["div", "p", "li", "section", "article", "blockquote", "dd", "center", "fieldset"])
def test_block_elements_are_lines(tag: str) -> None:
    assert read(f"前<{tag}>中</{tag}>后") == "前\n中\n后"


def test_unclosed_paragraphs_and_items_are_lines() -> None:
    assert read("<p>甲<p>乙<ul><li>丙<li>丁</ul>") == "甲\n乙\n丙\n丁"


@pytest.mark.parametrize("gone", ["<del>8</del>", "<s>8</s>", "<strike>8</strike>", '<span style="text-decoration: line-through">8</span>'])
def test_what_is_struck_through_is_left_out(gone: str) -> None:
    assert read(f"<p>公开58{gone}件</p><table><tr><td>总计</td><td>58{gone}</td></tr></table>") == "公开58件\n| 总计 | 58 |"


@pytest.mark.parametrize("cell", ["58<sup>1</sup>", "<p>58<sup><a href='#n'>[1]</a></sup></p>", "<sup>*</sup>58"])
def test_the_mark_of_a_note_at_a_number_in_a_table_is_not_its_digit(cell: str) -> None:
    assert read(f"<table><tr><td>总计</td><td>{cell}</td></tr></table>") == "| 总计 | 58 |"


@pytest.mark.parametrize("raised", ["<span style='vertical-align: super'>1</span>", "<font class=note>1</font>"])
def test_what_a_style_raises_is_the_mark_of_a_note(raised: str) -> None:
    head = "<style>.note { font-size: 8px; vertical-align: super }</style>"
    assert read(f"{head}<table><tr><td style='vertical-align: top'>总计</td><td>58{raised}</td></tr></table>") == "| 总计 | 58 |"


def test_what_is_raised_in_prose_or_beside_words_is_kept() -> None:
    assert read("<p>面积5m<sup>2</sup></p><table><tr><td>其他<sup>1</sup></td><td>5</td></tr></table>") == "面积5m2\n| 其他1 | 5 |"


def test_preformatted_text_keeps_its_lines() -> None:
    assert read("<pre>一、总体情况\n全年  公开\n\n392 条</pre>") == "一、总体情况\n全年 公开\n392 条"


def test_entities_are_characters() -> None:
    assert read("<p>&ldquo;&#25919;&#x5E9C;&rdquo;&amp;&lt;&hellip;</p>") == "“政府”&<…"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var a = '<p>不</p>';</script>",
        "<style>p { color: red }</style>",
        "<noscript><p>不</p></noscript>",
        "<template><p>不</p></template>",
        "<!-- <p>不</p> -->",
        "<!--[if gte mso 9]><p>不</p><![endif]-->",
        '<div style="color:red; DISPLAY : none">不<p>不</p></div>',
        '<span style="visibility:hidden">不</span>',
        "<p hidden>不</p>",
        '<div HIDDEN="hidden">不</div>',
        "<nav><a>首页</a></nav>",
        "<footer>版权所有</footer>",
        "<header><a>某县人民政府</a></header>",
        "<select><option>2023<option>2024</select>",
        "<button>打印</button>",
        "<textarea>不</textarea><input value='不'>",
        "<iframe>不</iframe><svg><text>不</text></svg><dialog>不</dialog>",
    ],
)
def test_what_a_browser_does_not_show_or_only_navigates_is_left_out(hidden: str) -> None:
    assert read(f"<body><p>前</p>{hidden}<p>后</p></body>") == "前\n后"


SHOWN_STYLES = (
    "font-size: 0.9em", "font-size: 12px", "opacity: 0.8", "color: #333", "background: #036; color: #fff", "display: block", "left: -1px",
    "overflow: hidden", "width: 0", "color: rgba(0, 0, 0, 0.8)", "clip: rect(0 9em 2em 0)", "transform: scale(0.9)", "max-height: 30px; overflow: hidden",
)  # fmt: skip
HIDDEN_STYLES = (
    "display: none", "visibility:hidden", "FONT-SIZE:0", "font-size: 1px", "font-size:0.5pt;", "opacity:0", "color: transparent",
    "color:#FFFFFF", "position: absolute; left: -9999px", "text-indent: -999em", "text-decoration: underline line-through",
    "color: rgba(0,0,0,0)", "color:#12345600", "position:absolute; clip: rect(0, 0, 0, 0)", "clip-path: inset(50%)", "transform: scale(0)",
    "display: inline-block; width: 0; overflow: hidden", "max-height: 0px; overflow-y: hidden;",
)  # fmt: skip


@pytest.mark.parametrize("style", SHOWN_STYLES)
def test_what_a_style_only_sets_otherwise_is_read(style: str) -> None:
    assert read(f"<table><tr><td>总计</td><td>58<span style='{style}'>9</span></td></tr></table>") == "| 总计 | 589 |"


@pytest.mark.parametrize("style", HIDDEN_STYLES)
def test_what_a_style_hides_is_not_read(style: str) -> None:
    assert read(f"<table><tr><td>总计</td><td>58<span style='{style}'>9</span></td></tr></table>") == "| 总计 | 58 |"
    page = f"<style>p {{ margin: 0 }} /* x */ .no, .other {{ {style} }}</style><table><tr><td>总计</td><td>58<b class='a no'>9</b></td></tr></table>"
    assert read(page) == "| 总计 | 58 |"


def test_a_cell_without_room_takes_what_it_needs_and_a_font_may_be_white() -> None:
    assert read("<table><tr><td>总计</td><td style='width:0;overflow:hidden'>58</td></tr></table>") == "| 总计 | 58 |"
    assert read("<table><tr><td>总计</td><td>58<font color=white>9</font></td></tr></table>") == "| 总计 | 58 |"
    assert read("<table><tr><td>总计</td><td>58<font color=red>9</font></td></tr></table>") == "| 总计 | 589 |"


def test_rules_with_one_tag_or_id_are_followed_and_the_last_one_counts() -> None:
    cells = "<table><tr><td>总计</td><td>58<i>7</i><u id=x>8</u></td></tr></table>"
    assert read(f"<style>#x{{display:none}} I{{display:none}}</style>{cells}") == "| 总计 | 58 |"
    assert (
        read(f"<style>i{{display:none}} i{{display:inline}} @media print {{ u {{ display: none }} }}</style>{cells}") == "| 总计 | 5878 |"
    )
    assert read(f"<style>@charset 'utf-8'; i{{display:none}} @media screen {{ u {{ display: none }} }}</style>{cells}") == "| 总计 | 58 |"
    assert read(f"<style>.t{{display:none}}</style><div class=t style='display:block'>{cells}</div>") == "| 总计 | 5878 |"


def test_a_cell_that_is_only_not_seen_keeps_its_place() -> None:
    page = "<table><tr><td>总计</td><td style='visibility:hidden'>3</td><td>4</td></tr></table>"
    assert read(page) == "| 总计 | | 4 |"
    assert read(page.replace("visibility:hidden", "display:none")) == "| 总计 | 4 |"


UNREAD = "\ufffd"


@pytest.mark.parametrize(
    ("rule", "shown_as"),
    [
        (".menu ul li", "2"),
        (".menu td.c", "2"),
        ("[data-x]", "2"),
        ("[class=other]", "2"),
        ("td.c:not(.c)", "2"),
        ("td.c:hover", "2"),
        ("td.other", "2"),
        ("table td.c", UNREAD),
        (".t .c", UNREAD),
        ("tr > td.c", UNREAD),
        ("td + .c", UNREAD),
        ("td.c.d", UNREAD),
        ("#s .c", UNREAD),
        ("[class='c d']", UNREAD),
        ("td[class^='c']", UNREAD),
        ("td.c:not(.shown)", UNREAD),
        (".t td.c:nth-child(3)", UNREAD),
    ],
)
def test_a_figure_that_a_rule_may_hide_is_unread_and_told(rule: str, shown_as: str) -> None:
    page = f"<style>{rule} {{ display: none }}</style><table class=t id=s><tr><td>总计</td><td>1</td><td class='c d'>2</td></tr></table>"
    source = parse_page(page + "<ul class=menu><li>3</li></ul>")
    assert shown(source.items).startswith(f"| 总计 | 1 | {shown_as} |")
    assert [rule in doubt.text and "未识别" in doubt.text for doubt in source.doubts] == [True] * (shown_as == UNREAD)


@pytest.mark.parametrize("figure", ["<bdo dir=RTL>58</bdo>", "<i style='direction: rtl; unicode-bidi: bidi-override'>58</i>", "<b>58</b>"])
def test_a_figure_whose_digits_are_shown_in_another_order_is_unread(figure: str) -> None:
    head = "<style>b { direction: rtl; unicode-bidi: bidi-override }</style>"
    assert read(f"{head}<table><tr><td>总计</td><td>{figure}</td><td>3</td></tr></table>") == f"| 总计 | {UNREAD} | 3 |"


def test_digits_in_a_direction_that_leaves_them_as_they_are_are_read() -> None:
    table = "<table dir=rtl><tr><td>总计</td><td><bdo dir=ltr>58</bdo></td><td><bdi style='unicode-bidi: isolate'>3</bdi></td></tr></table>"
    assert read(table) == "| 总计 | 58 | 3 |"


@pytest.mark.parametrize("style", ["vertical-align: super", "color: #fff", "unicode-bidi: bidi-override"])
def test_a_figure_with_a_digit_that_a_rule_may_raise_or_whiten_is_unread(style: str) -> None:
    table = "<table class=t><tr><td>总计</td><td>58<i>1</i></td><td>3</td></tr></table>"
    assert read(f"<style>.t i {{{style}}}</style>{table}") == f"| 总计 | {UNREAD} | 3 |"


def test_a_picture_in_the_place_of_a_rows_only_figure_is_unread() -> None:
    rows = "<tr><td><img></td><td>数量</td></tr><tr><td>行政许可</td><td><img></td></tr><tr><td>行政处罚</td><td>3</td></tr>"
    assert read(f"<table>{rows}</table>") == f"| | 数量 |\n| 行政许可 | {UNREAD} |\n| 行政处罚 | 3 |"


@pytest.mark.parametrize(
    "drawn", ["<svg><text>2</text></svg>", "<math><mn>2</mn></math>", "<script>document.write(2)</script>", "<canvas></canvas>"]
)
def test_what_is_drawn_or_written_by_a_script_in_the_place_of_a_figure_is_unread(drawn: str) -> None:
    assert read("<table><tr><td>总计</td><td> </td><td>3</td></tr></table>") == "| 总计 | | 3 |"
    assert read(f"<table><tr><td>总计</td><td>{drawn}</td><td>3</td></tr></table>") == f"| 总计 | {UNREAD} | 3 |"


def test_a_digit_that_a_rule_may_hide_beside_others_makes_its_cell_unread_and_no_label() -> None:
    table = "<table class=t><tr><td><i>1.</i>规章</td><td>58<i>7</i></td><td>3</td></tr></table>"
    assert read(f"<style>.t i {{display:none}}</style>{table}") == f"| 1.规章 | {UNREAD} | 3 |"


def test_what_a_later_rule_or_the_element_itself_shows_is_read() -> None:
    page = "<div class='tabs'><div class='pane on'{style}><table><tr><td>总计</td><td>1</td></tr></table></div></div>"
    hiding, showing = ".tabs>.pane{display:none}", ".tabs>.on{display:block}"
    assert read(f"<style>{hiding}{showing}</style>{page.format(style='')}") == "| 总计 | 1 |"
    assert read(f"<style>{showing}{hiding}</style>{page.format(style='')}") == f"| 总计 | {UNREAD} |"
    assert read(f"<style>{hiding}</style>{page.format(style=' style=display:block')}") == "| 总计 | 1 |"


def test_what_is_hidden_on_other_screens_only_is_read_and_told() -> None:
    page = "<style>@media {} {{ .c {{ display: none }} }}</style><table><tr><td>总计</td><td class=c>2</td></tr></table>"
    assert not parse_page(page.format("print")).doubts
    narrow = parse_page(page.format("(max-width: 600px)"))
    assert shown(narrow.items) == "| 总计 | 2 |"
    assert ["没有隐藏" in doubt.text for doubt in narrow.doubts] == [True]


def test_what_is_folded_away_in_a_cell_is_not_read_but_a_folded_table_is() -> None:
    cell = "<table><tr><td>总计</td><td>5<details{}><summary></summary>8</details></td></tr></table>"
    assert read(cell.format("")) == "| 总计 | 5 |"
    assert "8" in read(cell.format(" open"))
    assert read("<details><summary>表</summary><table><tr><td>总计</td><td>5</td></tr></table></details>") == "表\n| 总计 | 5 |"


def test_what_fields_in_a_table_hold_is_read() -> None:
    fields = "<input value=1><td><input type=hidden value=7><input type=number value=2><td><textarea>3</textarea>"
    page = f"<table><tr><td>{fields}<td><select><option>8<option selected>4</select></table>"
    assert read(page) == "| 1 | 2 | 3 | 4 |"


def test_the_title_bar_is_no_text() -> None:
    assert read("<html><head><title>报告_某县</title></head><body><p>文</p></body></html>") == "文"


def test_the_header_of_an_article_is_its_title() -> None:
    assert read("<header>网站</header><article><header><h1>报告</h1></header><p>文</p></article>") == "# 报告\n文"


def test_page_numbers_that_came_with_a_document_are_left_out() -> None:
    assert read("<p>前</p><p>— 5 —</p><p>第 6 页 共 6 页</p><p>-7</p>") == "前\n-7"


def test_a_form_around_the_whole_page_is_no_obstacle() -> None:
    assert read("<form><div>报告<table><tr><td>规章</td><td>0</td></tr></table></div></form>") == "报告\n| 规章 | 0 |"


def test_a_page_that_hides_everything_until_a_script_runs_is_read() -> None:
    assert read('<body style="display:none"><p>报告</p></body>') == "报告"


def test_very_deep_markup_keeps_its_text() -> None:
    html = "<div>" * 1500 + "<p>深</p>处<p>一</p>" + "</div>" * 1500 + "<p>后</p>"
    assert read(html) == "深\n处\n一\n后"


def test_a_very_long_paragraph_is_read_to_its_end() -> None:
    assert len(items_of("<p>" + "公" * 4_000_000 + "</p><p>后</p>")) == 2


EXPORTED = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>报告</title><style>table { width: 100% }</style></head>
<body>
<h1>示例县2024年政府信息公开工作年度报告</h1>
<p>本报告依据《条例》编制。</p>
<h2>一、总体情况</h2>
<h3>（一）主动公开</h3>
<p>全年主动公开392条。</p>
<h2>二、主动公开政府信息情况</h2>
<table>
<caption>二、主动公开政府信息情况</caption>
<thead>
<tr><th colspan="4" scope="col">第二十条第（一）项</th></tr>
</thead>
<tbody>
<tr><th scope="row">规章</th><td>0</td><td></td><td>12.34</td></tr>
<tr><th rowspan="2">合</th><td colspan="3">1</td></tr>
<tr><td>2</td><td>3</td><td>/</td></tr>
</tbody>
</table>
</body>
</html>
"""


def test_an_exported_page_reads_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(EXPORTED, encoding="utf-8")
    source = read_html(path)
    assert source.kind == "html"
    assert shown(source.items) == "\n".join(
        (
            "# 示例县2024年政府信息公开工作年度报告",
            "本报告依据《条例》编制。",
            "## 一、总体情况",
            "### （一）主动公开",
            "全年主动公开392条。",
            "## 二、主动公开政府信息情况",
            "二、主动公开政府信息情况",
            "| 第二十条第（一）项 (4x1) |",
            "| 规章 | 0 | | 12.34 |",
            "| 合 (1x2) | 1 (3x1) |",
            "| . | 2 | 3 | / |",
        )
    )


@pytest.mark.parametrize(("encoding", "declared"), [("gbk", "utf-8"), ("utf-8", "gb2312"), ("utf-16", "utf-16"), ("gb18030", "gb18030")])
def test_a_page_is_read_whatever_encoding_it_declares(tmp_path: Path, encoding: str, declared: str) -> None:
    path = tmp_path / "report.htm"
    path.write_bytes(EXPORTED.replace("utf-8", declared).encode(encoding))
    assert read_html(path).items[0] == Line("示例县2024年政府信息公开工作年度报告", heading=1)


def test_a_page_with_an_xml_declaration_is_read() -> None:
    assert read('<?xml version="1.0" encoding="gbk"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>文</p></body></html>') == "文"


@beside(REAL)
def test_a_real_page_is_read_whole() -> None:
    items = read_html(REAL).items
    rows = [item for item in items if isinstance(item, Row)]
    assert items[0] == Line("2019年上海市人民政府办公厅政府信息公开工作年度报告")
    assert [sum(row.table == table for row in rows) for table in (1, 2, 3)] == [18, 26, 4]
    assert {max(cell.column + cell.colspan for cell in row.cells) for row in rows if row.table == 2} == {9, 10}
    assert Line("四、政府信息公开行政复议、行政诉讼情况") in items
    assert texts(items)[-1] == "无。"


Make = Callable[[bytes], Path]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (b" \n\t", "文件是空的"),
        (b"<html><body><img src='a.jpg'></body></html>", "网页中没有文字"),
        (b"<html><body>" + b"????" * 40 + b"</body></html>", "文件为乱码"),
        (b"PK\x03\x04abc", "这是 Word 或其他办公软件的文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这是 Word 或其他办公软件的文件"),
        (b"%PDF-1.7", "这是 PDF 文件"),
        (b"<p>a</p>" * 1_200_000, "文件过大"),
    ],
    ids=["empty", "blank", "pictures", "garbled", "zip", "ole", "pdf", "large"],
)
def test_a_file_that_is_no_page_is_refused_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError) as refusal:
        read_html(path)
    assert refusal.value.reason.startswith(reason)
    assert "请" in refusal.value.reason


def test_a_page_with_its_pictures_inside_is_not_too_large(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(f'<p>报告</p><img src="data:image/png;base64,{"A" * 9_000_000}"><p>完</p>'.encode())
    assert shown(read_html(path).items) == "报告\n完"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="请检查"):
        read_html(tmp_path / "none.html")
