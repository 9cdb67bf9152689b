"""Sentences as offices write them, against the tables: as they stand they are right, and with any one of the marked numbers changed they are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.reports import TEXTS, report
from xltools.report.filled import Report, Value
from xltools.rules.review import review

FIGURES: dict[str, Value] = {
    "requests.received.natural_person": 48,
    "requests.received.business": 10,
    "requests.carried_in.natural_person": 4,
    "requests.granted.natural_person": 16,
    "requests.granted.business": 4,
    "requests.partly_granted.natural_person": 6,
    "requests.denied.internal_affairs.natural_person": 3,
    "requests.denied.deliberative_process.natural_person": 2,
    "requests.unavailable.not_held.natural_person": 12,
    "requests.unavailable.not_held.business": 3,
    "requests.not_processed.petition.natural_person": 4,
    "requests.otherwise.other.natural_person": 6,
    "requests.otherwise.other.business": 3,
    "requests.carried_out.natural_person": 3,
    "litigation.reconsideration.upheld": 5,
    "litigation.reconsideration.corrected": 1,
    "litigation.reconsideration.other": 1,
    "litigation.reconsideration.pending": 1,
    "litigation.suit_direct.upheld": 2,
    "litigation.suit_direct.other": 1,
    "litigation.suit_after_reconsideration.upheld": 1,
    "litigation.suit_after_reconsideration.pending": 1,
    "disclosure.normative_documents.made": 3,
    "disclosure.normative_documents.repealed": 2,
    "disclosure.normative_documents.in_force": 14,
    "disclosure.licensing.decisions": 120,
    "disclosure.penalties.decisions": 12,
}
LAST: dict[str, Value] = {
    "requests.received.natural_person": 29,
    "requests.granted.natural_person": 32,
    "litigation.reconsideration.upheld": 4,
    "disclosure.licensing.decisions": 96,
    "disclosure.penalties.decisions": 16,
}
FAMILIES = {
    "balance": (
        "全年新收申请{58}件，加上2023年结转{4}件，共需办理62件，已办结{59}件，剩余{3}件结转2025年办理。",
        "共收到依申请公开{58}件（不含上年结转{4}件），已答复{59}件，另有{3}件正在办理。",
        "我局收到公民、法人和其他组织提交的申请{58}件，2023年度遗留{4}件。截至年底，答复{59}件，尚未到期{3}件。",
        "今年登记受理申请{58}件；去年结转{4}件；办结{59}件；办理中{3}件。",
        "新收申请和上年结转申请分别为{58}件和{4}件。",
        "新收申请{58}件、结转4件，办结{59}件、结转下年{3}件。",
        "上年度结转申请{4}件，本年度新收{58}件，已答复{59}件，尚有{3}件在办理期限内。",
        "共办理申请62件（新收{58}件、上年结转{4}件），其中办结{59}件，{3}件跨年办理。",
        "全年收到申请{58}件，其中{3}件因临近年末收到，结转至2025年办理。",
        "全年共办理依申请公开{62}件，其中本年新收{58}件、上年结转{4}件；全年办结{59}件，结转下年{3}件。",
    ),
    "whose and of which": (
        "全年受理依申请公开{62}件（其中本年度新收{58}件，上年结转{4}件），已答复{59}件。",
        "县政府（含县政府办公室）收到政府信息公开申请{58}件。",
        "公民、法人或其他组织通过网站、邮寄等途径提出依申请公开事项{58}件，答复{59}件，所有申请均在期限内答复，类型为：予以公开{20}件，部分公开{6}件。",
        "全市共收到申请{58}件，结转下年度办理{3}件，市政府本级收到16件，结转下年度办理1件。",
        "收到申请公开{58}件，{8}件行政复议、{5}件行政诉讼均已答辩。",
        "收到申请{58}件次，结转上年后新收到依申请公开事项{58}件。",
        "共收到申请{58}件，其中公开{20}件，部分公开{6}件，不予公开{5}件。",
        "因信息公开被申请行政复议{8}宗、提起民事诉讼0宗，其中{5}宗维持原答复，{1}宗被纠正，{1}宗其他结果，{1}宗尚未审结。",
    ),
    "results": (
        "办结的59件申请中，予以公开{20}件、部分公开{6}件、不予公开{5}件、本机关不掌握{15}件、信访举报类{4}件、其他{9}件。",
        "答复申请{59}件：1.予以公开{20}件；2.部分公开{6}件；3.不予公开{5}件；4.无法提供{15}件；5.不予处理{4}件；6.其他处理{9}件。",
        "不予公开申请{5}件（内部事务信息{3}件、过程性信息{2}件），无法提供{15}件。",
        "予以公开、部分公开、不予公开申请分别为{20}件、{6}件、{5}件。",
    ),
    "applicants and channels": (
        "收到申请{58}件，上年结转4件，其中网络申请{40}件、信函申请{22}件，引发行政复议{8}件。",
        "收到申请{58}件，其中网络、信函、当面申请分别为{40}件、{10}件、{8}件。",
        "按申请主体分，自然人{48}件，占{82.8}%；商业企业{10}件，占{17.2}%，全年共收到申请{58}件。",
    ),
    "lists": (
        "政务网站、微信、微博共发布信息{3518}条，其中网站（含转发）{319}条，微信（含转发）851条、微博（含转发）{2348}条。",
        "网站、微信、微博分别发布信息{1200}条、{800}条和{300}条，共{2300}条。",
        "主动公开信息{345}条，其中规章{11}条、规范性文件{8}条、其他文件{102}条；工作报告{3}条（中英文各1条）、预决算{5}条、政务动态{216}条。",
        "全年公开信息{326}条。政府网站{180}条，微信公众号{120}条，公示栏{26}条。",
        "公开信息{2836}条，其中网站{128}条，微信{698}条，微博{1869}条，抖音{141}条。",
        "发布解读{89}篇次（文字{18}篇次、图文{12}篇次、音视频{13}篇次、新闻发布会{5}次、媒体报道{41}篇次）。",
        "主动公开信息{748}篇，其中统计报告{125}篇、统计月报{111}期、动态{309}篇、头条{203}篇。",
        "公开主站通知{63}条、建议提案{8}条；子站动态{16}条、政策文件{105}条；基层公开{10}条，共计{202}条。",
        "通过门户网站、政务新媒体等渠道主动公开政府信息{840}条。其中政府网站公开{295}条、政务服务网公开{223}条，政务新媒体公开{322}条。",
        "全年公开信息{196}条，其中：政策{20}、动态{150}、公告{26}条。",
        "公开信息{260}条，其中动态{145}条，其他{115}条。",
        "在本地市场网发布土地信息{190}条。其中出让公告{90}条，成交公示{100}条。在公共资源交易中心发布土地信息190条。",
    ),
    "tables": (
        "制发、废止规范性文件分别为{3}件、{2}件。",
        "行政许可、行政处罚分别为{120}件、{12}件。",
        "共办理行政许可{120}件、行政处罚{12}件、行政强制{0}件。",
        "因政府信息公开引起的行政复议和行政诉讼分别为{8}件、{5}件。",
        "依申请公开{58}次，行政复议{8}次，行政诉讼{5}次。",
    ),
    "shares": (
        "全年共公开信息{87}条。政策类{52}条，占{59.8}%。动态类{35}条，占{40.2}%。",
        "申请内容中，征地拆迁类29件，占申请总数的{50.0}%，规划类{12}件，占{20.7}%。",
        "全年收到依申请公开信息{58}条，答复率{100}%。",
        "全年办结申请59件，其中予以公开或部分公开占{44.1}%，因本机关不掌握等原因无法提供占{25.4}%。",
        "受理群众网上来信{34}件，办结{34}件，办结率{100}%。",
        "共收到申请58件。通过网络提交{40}件，占比{69.0}%；信函提交{18}件，占比{31.0}%。",
        "从申请事项看，征地类30件占{51.7}%，规划类18件占{31.0}%，其他10件占{17.2}%。",
        "受理工单2400件，按时办结2352件，按时办结率{98}%，满意2280件，满意率{95.0}%。",
        "申请按时答复率平稳，办结率为{95.2}%，其中予以公开率{33.9}%。",
    ),
}
GROWTHS = (
    "全年收到申请58件，同比增长{100}%。",
    "全年收到申请58件，比上年增加{29}件，增长{100.0}%。",
    "收到申请58件，较2023年（29件）增加{29}件。",
    "全县申请量较上年翻一番，收到申请58件，较去年上升{100}%。",
    "作出行政许可120件，同比上升{25}%；行政处罚12件，同比下降{25}%。",
    "行政许可、行政处罚分别为120件、12件，同比分别增长{25}%、下降{25}%。",
    "申请数量同比增长{100}%，行政复议同比增长{100}%。",
    "行政许可较上年增加{24}件，行政处罚较上年减少{4}件。",
    "全年办结申请59件，比2023年增加{27}件，增长{84.4}%。",
    "行政复议8件（上年为4件），同比增加{4}件。",
    "受理申请58件（同比增长{100}%），其中自然人申请48件。",
    "新收申请58件，同比上升{100.00}%；办结59件，同比上升{84.38}%。",
    "较2023年度的29件，2024年申请量增长了{100}%。",
    "全年收到申请58件，比上年多{29}件。",
    "行政处罚12件，比上年少{4}件。",
    "收到申请58件，同比增加{29}件，增幅达{100}%。",
    "申请总量同比增长率为{100}%。",
    "今年共收到申请58件，与去年相比增长{100}%。",
    "依申请公开受理数量较上年上升{100}%。",
    "共收到申请58件，与上年29件相比，增长{100}%。",
    "收到申请58件，2023年为29件，增加{29}件。",
    "全年发生行政复议8件，较上年增长{100}%。",
    "收到申请58件，同比增长{1.0}倍。",
    "收到申请58件，是上年的{2}倍。",
    "收到申请58件（2023年{29}件），同比增长{100}%。",
    "2023年收到申请{29}件，2024年收到申请58件，增长{100}%。",
)
OF_TWO_YEARS = (
    "收到申请58件，去年同期为{29}件，同比增长{100}%。",
    "行政许可120件，2023年为{96}件，同比增长{25}%。",
    "收到申请58件，比去年的{29}件增加了{29}件。",
)
SILENT = (
    "通过公开专区接收申请12件。全年共收到申请58件。",
    "产生行政复议案件8件和行政诉讼案件5件，其中行政复议结果维持5件，尚未审结1件，行政诉讼结果维持3件。",
    "新制定规范性文件3件。在政府网站发布县政府及各部门规范性文件50件。",
    "主动公开信息560条，其中政府网站268条，其他渠道292条，规范性文件1条。",
    "公开行政处罚决定12条、2024年1至12月救助资金发放情况40条。",
    "制发规范性文件3件，制作解读文字和图片8个。",
    "行政强制事项3件，全年未作出行政强制决定，行政强制0件。",
    "办理建议和提案21件，其中主办件10件，协办件11件，建议15件，提案6件。11件协办件于5月办结，10件主办件于6月办结，办结率100%。",
    "市长信箱办理群众来件197件，办结率100%。",
    "收到申请58件，其中20件为征地信息；3件结转下年。",
    "公开目录共13个，其中新设2个；共发布政策解读25篇。",
    "公开信息63条，其中政务活动31条，公示公告15条，政策文件3条，信息公开目录含指南、年报等合计14条。",
    "公开信息109条，如预算6条、决算3条、预算执行12条等；工作动态15条等；其他信息35条等。",
    "主动公开信息2条，其中其他文件2件，受理政府信息公开申请58条。",
    "受理线上申请45件，依法办结42件，受理线下申请13件，已全部办结。",
    "因政府信息公开引发行政诉讼5件。设有工作机构1个，查阅点2处。",
    "因政府信息公开引起行政复议8件，6件作了复议决定。",
    "收到申请62件，办结58件，逾期未补正不再处理1件，结转下年3件。",
    "共收到58件，其中予以公开20件、部分公开6件、不予公开5件、无法提供15件、不予处理4件、其他处理9件，结转3件。",
    "本机关作为复议机关办理行政复议案件35件，审结30件。",
    "依法审理行政复议案件62件。",
    "以县政府为被告的行政诉讼案件30件，以县政府为被申请人的行政复议案件22件。",
    "行政机关负责人出庭应诉率100%，行政诉讼案件30件。",
    "代理县政府行政诉讼案件30件。",
    "全年收到申请58件，答复59件，其中邮寄答复30件、当面答复9件、网络答复20件。",
    "向公安机关移送行政处罚案件3件。",
    "收到投诉举报80件，作出行政处罚22件。",
    "法制审核行政处罚决定25件、行政许可18件，备案规范性文件8件。",
    "对行政处罚案件5件进行法制审核。",
    "收到网民留言58件，其中公开答复20件，不予公开38件。",
    "2023年收到申请29件，办结40件。2024年收到申请58件。",
    "自2019年以来，共受理申请230件，办结228件。",
    "上半年、下半年分别收到申请30件、28件。",
    "县政府、县政府办公室分别收到申请20件、38件。",
    "全年发布网站信息820条，新媒体信息1350条，其中概况类45条，动态类245条，目录类800条。",
    "收到无效申请6件。",
    "收到申请58件，一次性答复39件。",
    "行政复议8件，维持率为62.5%（5件）。",
    "收到来信158件，热线共收到19357件，办结率和回复率均达100%。",
    "收到申请58件，上年度为29件，办结59件，增长5%。",
    "2022年收到申请20件，2023年收到申请29件，2024年收到申请58件，较2022年增长190%。",
    "收到申请58件（2023年29件），办结59件（2023年28件），同比增长110.7%。",
    "制发规范性文件3件，无规范性文件应公开未公开的情况。",
    "未发生因答复超期引起的行政复议、行政诉讼。",
    "未收到要求更正政府信息的申请，无越权受理申请。",
    "行政复议培训2次，参加行政诉讼旁听3次。",
    "起草规范性文件9件，审查6件，印发3件。",
    "收到申请58件，经沟通，撤件32件，受理26件（予以公开20件，部分公开6件）。",
)


def judged(text: str, figures: dict[str, Value], last: Report | None = None) -> Counter[tuple[str, str | None, str | None]]:
    found = review(report(figures, texts={**TEXTS, "overview": text}), last).findings
    told = [one for one in found if one.rule.family == "N" or one.rule.name == "growth-mismatch"]
    return Counter((one.rule.code, one.fault.actual, one.fault.difference) for one in told if one.severity != "notice")


def changed(marked: str) -> Iterator[str]:
    """The sentence with one number changed, each in its turn."""
    for found in re.finditer(r"\{([\d.]+)\}", marked):
        digits = len(found[1].partition(".")[2])
        # of what is 100 % no more than that
        number = float(found[1]) + (-7 if found[1] == "100" and marked[found.end()] == "%" else 9)
        yield re.sub(r"[{}]", "", f"{marked[: found.start()]}{number:.{digits}f}{marked[found.end() :]}")


@pytest.mark.parametrize("marked", [text for texts in FAMILIES.values() for text in texts])
def test_a_number_that_is_not_that_of_the_tables_or_of_the_text_is_found(marked: str) -> None:
    right = judged(re.sub(r"[{}]", "", marked), FIGURES)
    assert not right
    assert [text for text in changed(marked) if not judged(text, FIGURES)] == []


@pytest.mark.parametrize("marked", GROWTHS)
def test_a_growth_that_last_years_report_does_not_give_is_found(marked: str) -> None:
    last = report(LAST, year=2023, texts={})
    assert not judged(re.sub(r"[{}]", "", marked), FIGURES, last)
    assert [text for text in changed(marked) if not judged(text, FIGURES, last)] == []


@pytest.mark.parametrize("marked", OF_TWO_YEARS)
def test_a_growth_is_held_against_last_years_number_in_the_text(marked: str) -> None:
    assert not judged(re.sub(r"[{}]", "", marked), FIGURES)
    assert [text for text in changed(marked) if not judged(text, FIGURES)] == []


@pytest.mark.parametrize("text", SILENT)
def test_what_is_of_something_else_is_silent(text: str) -> None:
    assert not judged(text, FIGURES)
