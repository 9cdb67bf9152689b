"""is_furniture, begins_footer, …: what web pages and offices put around a report, told by whole lines and never by a word in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xltools.numerals import BLANKS, EDGES
from xltools.prose.amounts import plain
from xltools.readers.published.titles import UNIT_ENDS

LONGEST_LINE = 100
SENTENCE = re.compile(r"[。；;！!？?]")
LABELLED = re.compile(
    r"[【\[(]?(?:(?:发布|公开|成文|更新|生成|印发|制发|发文|上传|录入)?(?:日期|时间)|(?:信息|文章|稿件|文件|新闻)?来源|索引号|发文字号|文号|"
    r"字体|字号|(?:浏览|阅读|访问|点击)(?:次数|量|数)?|(?:责任)?编辑|审核|作者|当前位置|[您你](?:现在)?(?:的|所在的)位置|"
    r"(?:发布|发文|公开)(?:机构|单位|方式|范围|形式)|信息分类|主题分类|主题词|分享到?)[】\])]?\s*:.*"
)
"""What stands in front of a value: 发布日期：2024-01-20 来源：县政府办."""
APART = re.compile(r"[\s|/【】\[\]()「」·>»›]+")
WORDS = re.compile(
    r"打印(?:本页)?|关闭(?:窗口|本页)?|收藏(?:本页)?|返回(?:顶部|首页|列表)?|分享到?|微信|微博|QQ空间|扫一扫.{0,20}|扫码.{0,20}|无障碍(?:阅读|浏览|版)?|"
    r"关怀版|长者模式|[繁简][体體](?:版|中文)?|大|中|小|(?:网站)?首页|点击收听.{0,15}|语音(?:朗读|播报|阅读)|字体|字号|登录|注册|手机版|移动版|下载"
)
"""Buttons and links."""
PATH = re.compile(r"(?:网站)?首页\s*(?:>|»|›|/|→|-).*")
FOOTER = re.compile(
    r"(?:(?:主办|承办|协办)单位|技术支持)\s*[:\s].*|(?:主办|承办|协办)\s*:.*|(?:上一[篇条]|下一[篇条])(?:\s*:.*|\s.*)?|"
    r"相关(?:链接|文章|阅读|附件|稿件|信息|新闻|报道)(?:\s*:.*)?|(?:网站地图|联系我们|关于我们|关闭窗口|打印本页|分享到|扫一扫)(?:[\s:|].*)?"
)
"""What begins the foot of a page, as a whole line."""
IMPRINT = re.compile(r"版[权權]所有|网站标识码|ICP备\s*\w*\d{4,}|公网安备\s*\w*\d{4,}|Copyright|©")
"""What only the foot of a page says."""
DATE = re.compile(
    r"\(?(?:(?:19|20)\d\d年\d{1,2}月\d{1,2}日|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|二[〇○零0一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)\)?"
)
RELEASED = re.compile(r"\(?此[件页](?:主动公开|依申请公开|公开发布|公开|无正文)\)?")
LONGEST_UNIT = 25
NOT_IN_A_NAME = re.compile(r"[,、。:;!?\d“”《》]")
OFFICES = re.compile(r"(?:办公室|办公厅|委员会|总局|分局|管委会|人民政府)$")


def is_furniture(text: str) -> bool:
    """Whether a line is nothing but what a web page puts around an article: a date of publication, buttons, a path."""
    if len(text) > LONGEST_LINE or SENTENCE.search(text):
        return False
    line = EDGES.sub("", plain(text))
    if LABELLED.fullmatch(line) or PATH.fullmatch(line):
        return True
    words = [word for word in APART.split(line) if word]
    return bool(words) and all(WORDS.fullmatch(word) for word in words)


def begins_footer(text: str) -> bool:
    """Whether a line begins the foot of a page; what follows is no part of the article."""
    if len(text) > LONGEST_LINE or SENTENCE.search(text):
        return False
    return bool(FOOTER.fullmatch(EDGES.sub("", plain(text))) or IMPRINT.search(text))


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else."""
    return DATE.fullmatch(BLANKS.sub("", plain(text))) is not None


def is_unit(text: str) -> bool:
    """Whether a line could be the name of an organ and nothing else."""
    name = BLANKS.sub("", plain(text))
    return len(name) <= LONGEST_UNIT and not NOT_IN_A_NAME.search(name) and bool(OFFICES.search(name) or UNIT_ENDS.search(name))


def without_signature(texts: Sequence[str]) -> int:
    """How many of a text's last paragraphs are left before its signature: the organ's name and the date below it, or the date alone."""
    end = _before_release(texts, len(texts))
    if end and is_date(texts[end - 1]):
        end -= 1
        if end and is_unit(texts[end - 1]):
            end -= 1
    elif end and _is_unit_and_date(texts[end - 1]):
        end -= 1
    return _before_release(texts, end)


def _before_release(texts: Sequence[str], end: int) -> int:
    """The number of paragraphs before （此件公开发布）."""
    return end - 1 if end and RELEASED.fullmatch(BLANKS.sub("", plain(texts[end - 1]))) else end


def _is_unit_and_date(text: str) -> bool:
    """Whether a line is an organ's name and a date."""
    line = BLANKS.sub("", plain(text))
    found = DATE.search(line)
    return bool(found and found.end() == len(line) and is_unit(line[: found.start()]))


def signature_above(texts: Sequence[str]) -> int:
    """How many of the first paragraphs are the organ's name and the date, as they stand below a title."""
    if texts and (is_date(texts[0]) or _is_unit_and_date(texts[0])):
        return 1
    return 2 if len(texts) > 1 and is_unit(texts[0]) and is_date(texts[1]) else 0


def is_prose(text: str) -> bool:
    """Whether a line could be something that a report says: a sentence."""
    return "。" in text and len(text) > 12
