"""The contracts: every table that facts are kept in, by name."""

from __future__ import annotations

from etl.contracts.contract import SQL_TYPE, Column, Contract, Rule
from etl.contracts.staff import (
    AGENT_STATES,
    AGENTS,
    ATTENDANCE,
    LEAVE,
    MEASURES,
    OBSERVATIONS,
    PROMISES,
    PUNCHES,
    RATINGS,
    SCHEDULE,
    TEAMS,
)
from etl.sql_text import Sql, filled

DAY_S = 86_400.0
MOST_POINTS = 100
# Scales begin at 1, where 0 is no answer; at 0 those of a recommendation, of 0 and 1, and of parts of 100.
LOWEST = Sql("CASE WHEN question = 'recommend' OR scale IN (1, 100) THEN 0 ELSE 1 END")
NONE = Sql("coalesce(no_answer, 0)")


def _seconds(name: str, zh: str, en: str, otherwise: Sql | None = None) -> Column:
    return Column(name, "seconds", zh, en, low=0, high=DAY_S, otherwise=otherwise)


def _moment(name: str, zh: str, en: str, *, required: bool = False) -> Column:
    return Column(name, "time", zh, en, required=required, lasting=True)


# By the clocks alone, a wait over the hour that they are put back would be an hour off.
_WAIT = Sql("epoch(answered_at - queued_at) - coalesce(answered_at_offset_s - queued_at_offset_s, 0)")


CALLS = Contract(
    "calls",
    "通话记录",
    "Calls",
    ("call_id",),
    Sql("CAST(started_at AS DATE)"),
    (
        Column("call_id", "key", "通话编号", "Call ID", required=True),
        _moment("started_at", "来电时间", "Started at", required=True),
        Column("answered", "flag", "是否接通", "Answered", required=True),
        Column("agent_id", "agent", "接听工号", "Agent ID"),
        Column("assigned_to", "agent", "应接工号", "Assigned to"),
        Column("team", "text", "班组", "Team"),
        Column("queue", "text", "队列", "Queue"),
        Column(
            "direction",
            "choice",
            "呼叫方向",
            "Direction",
            choices={
                "in": ("呼入", "inbound"),
                "out": ("呼出", "outbound"),
                "internal": ("内线", "内部"),
                "callback": ("回呼", "回拨", "回电", "call back"),
            },
            default=Sql("'in'"),
        ),
        Column("reason", "text", "来电原因", "Reason", free=True),
        Column("channel", "text", "渠道", "Channel"),
        _moment("queued_at", "进入排队时间", "Queued at"),
        _moment("answered_at", "接听时间", "Answered at"),
        _seconds("wait_s", "等待秒数", "Wait (s)", _WAIT),
        _seconds("ring_s", "振铃秒数", "Ring (s)"),
        Column("ring_count", "whole", "振铃次数", "Rings", low=0, high=100),
        _seconds("ivr_s", "语音导航秒数", "IVR (s)"),
        _seconds("talk_s", "通话秒数", "Talk (s)"),
        _seconds("hold_s", "保持秒数", "Hold (s)"),
        _seconds("wrap_s", "话后处理秒数", "Wrap-up (s)"),
        _seconds("greeting_s", "应答语延迟秒数", "Greeting after (s)"),
        Column("transferred", "flag", "是否转接", "Transferred"),
        Column("unattended", "flag", "座席无人", "Unattended"),
        Column("parent_call_id", "key", "原通话编号", "Parent call ID"),
        Column("callback", "flag", "回呼", "Call-back"),
        Column("customer", "customer", "客户号码", "Customer"),
    ),
    # A row is a leg: what one person, or one queue, had of a customer's call. Legs share the id of their
    # call, or name it as their parent; etl/loading/legs.py finds the contact that they are together.
    apart=("started_at",),
    found=(("contact_id", SQL_TYPE["key"]), ("leg_no", SQL_TYPE["whole"]), ("of_inbound", SQL_TYPE["flag"])),
)

QA_REVIEWS = Contract(
    "qa_reviews",
    "质检记录",
    "QA reviews",
    ("review_id",),
    Sql("CAST(coalesce(contact_at, reviewed_at) AS DATE)"),
    (
        Column("review_id", "key", "质检编号", "Review ID", required=True),
        Column("agent_id", "agent", "客服工号", "Agent ID"),
        Column("reviewed_at", "time", "质检时间", "Reviewed at"),
        Column("contact_at", "time", "被检通话时间", "Contact at"),
        Column("call_id", "key", "通话编号", "Call ID"),
        Column("reviewer", "text", "质检员", "Reviewer"),
        Column(
            "method",
            "choice",
            "质检方式",
            "Method",
            choices={
                "recording": ("录音抽查",),
                "live": ("实时监听",),
                "mystery": ("模拟客户拨测", "拨测"),
                "onsite": ("现场旁听",),
            },
        ),
        Column(
            "sampling",
            "choice",
            "抽样方式",
            "Sampling",
            choices={
                "random": ("随机", "随机抽样"),
                "risk": ("风险", "风险抽样"),
                "complaint": ("投诉", "投诉触发"),
                "calibration": ("校准", "校准评分"),
            },
            default=Sql("'random'"),
        ),
        Column("form", "text", "质检表版本", "Form version"),
        Column("fatal", "flag", "致命错误", "Fatal error"),
        Column("quality_problem", "flag", "涉及质量问题", "Quality problem"),
        Column("apology", "flag", "已道歉", "Apology given"),
        Column("name_given", "flag", "已报姓名工号", "Name and extension given"),
    ),
    # What a review does not say itself is looked up in its call, see etl/loading/call_lookups.py.
    (
        Rule("missing", "agent_id", Sql("agent_id IS NOT NULL OR call_id IS NOT NULL")),
        Rule(
            "missing",
            "reviewed_at",
            Sql("coalesce(reviewed_at, contact_at) IS NOT NULL OR call_id IS NOT NULL"),
        ),
    ),
)

QA_ITEMS = Contract(
    "qa_items",
    "质检要点得分",
    "QA items",
    ("review_id", "item"),
    Sql("NULL"),
    (
        Column("review_id", "key", "质检编号", "Review ID", required=True),
        Column("item", "text", "质检要点", "Item", required=True),
        Column("earned", "number", "得分", "Points earned", required=True, low=0, strict=True),
        Column("applicable", "number", "满分", "Points applicable", required=True, low=0, strict=True),
        Column("fatal", "flag", "致命错误", "Fatal error"),
    ),
    (Rule("off_scale", "earned", Sql("earned <= applicable")),),
)

TICKETS = Contract(
    "tickets",
    "工单",
    "Tickets",
    ("ticket_id",),
    Sql("CAST(opened_at AS DATE)"),
    (
        Column("ticket_id", "key", "工单编号", "Ticket ID", required=True),
        Column(
            "kind",
            "choice",
            "工单类型",
            "Kind",
            choices={"complaint": ("投诉",), "service": ("服务", "咨询", "故障")},
            default=Sql("'service'"),
        ),
        _moment("opened_at", "受理时间", "Opened at", required=True),
        _moment("first_response_at", "首次响应时间", "First response at"),
        _moment("resolved_at", "解决时间", "Resolved at"),
        _moment("closed_at", "关闭时间", "Closed at"),
        _moment("reopened_at", "重开时间", "Reopened at"),
        Column("agent_id", "agent", "责任工号", "Agent ID"),
        Column("team", "text", "班组", "Team"),
        Column("item", "text", "服务细项", "Service item"),
        Column("channel", "text", "渠道", "Channel"),
        Column("cause", "text", "投诉原因", "Cause", free=True),
        Column(
            "validity",
            "choice",
            "是否成立",
            "Validity",
            choices={
                "valid": ("成立", "属实"),
                "invalid": ("不成立", "不属实"),
                "pending": ("待核实", "未核实"),
            },
            default=Sql("'pending'"),
        ),
        Column(
            "responsibility",
            "choice",
            "责任归属",
            "Responsibility",
            choices={
                "agent": ("客服", "客服代表", "个人"),
                "process": ("流程", "经营规则"),
                "product": ("产品", "产品质量"),
                "customer": ("客户",),
            },
        ),
        Column("severity", "text", "严重程度", "Severity"),
        Column("status", "text", "状态", "Status"),
        Column("repeat_of", "key", "重复于", "Repeat of"),
        Column("on_the_spot", "flag", "当场解决", "Resolved on the spot"),
        _moment("followed_up_at", "回访时间", "Followed up at"),
        Column("follow_up_refused", "flag", "拒绝回访", "Follow-up refused"),
        Column("customer", "customer", "客户号码", "Customer"),
    ),
)

SURVEYS = Contract(
    "surveys",
    "满意度评价",
    "Surveys",
    ("survey_id",),
    Sql("CAST(surveyed_at AS DATE)"),
    (
        Column("survey_id", "key", "评价编号", "Survey ID", required=True),
        Column("surveyed_at", "time", "评价时间", "Surveyed at", required=True),
        Column("agent_id", "agent", "客服工号", "Agent ID"),
        Column("call_id", "key", "通话编号", "Call ID"),
        Column("ticket_id", "key", "工单编号", "Ticket ID"),
        Column(
            "question",
            "choice",
            "评价内容",
            "Question",
            choices={
                "satisfied": ("满意", "满意度", "csat"),
                "solved": ("解决", "是否解决", "解决率"),
                "effort": ("费力", "费力度", "ces"),
                "recommend": ("推荐", "推荐意愿", "nps"),
            },
            default=Sql("'satisfied'"),
        ),
        Column("invited", "flag", "是否邀评", "Invited"),
        Column("score", "number", "评分", "Score", low=0, high=MOST_POINTS, strict=True),
        # What a score means is never guessed: without a scale it waits for an answer.
        Column("scale", "number", "满分", "Scale", low=1, high=MOST_POINTS, strict=True),
        Column("best", "number", "最佳评分", "Best score", low=0, high=MOST_POINTS, strict=True),
        Column("satisfied", "whole", "满意档数", "Points that satisfy", low=1, high=MOST_POINTS),
        Column("no_answer", "number", "未评分值", "No answer"),
    ),
    (
        Rule(
            "off_scale",
            "score",
            filled("score = {none} OR score BETWEEN {low} AND scale", none=NONE, low=LOWEST),
        ),
        Rule("off_scale", "best", filled("best IN ({low}, scale)", low=LOWEST)),
    ),
)

CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (
        CALLS,
        QA_REVIEWS,
        QA_ITEMS,
        TICKETS,
        SURVEYS,
        SCHEDULE,
        ATTENDANCE,
        PUNCHES,
        AGENT_STATES,
        LEAVE,
        OBSERVATIONS,
        PROMISES,
        RATINGS,
        AGENTS,
        TEAMS,
        MEASURES,
    )
}

# Rows that an export may have or not: that one holds none does not say that there were none. By name the
# contract, and the SQL condition of such a row.
PERHAPS: dict[str, tuple[str, Sql]] = {
    "complaints": ("tickets", Sql("kind = 'complaint'")),
    "outbound": ("calls", Sql("direction = 'out'")),
    "callbacks": ("calls", Sql("callback OR direction = 'callback'")),
}


def fact_columns(contract: Contract) -> list[tuple[str, Sql]]:
    """(name, SQL type) of each column that the fact table of `contract` has, in order.

    After the contract's own columns stand `business_date`, and `file_id`, `file_row`: where the
    row came from.
    """
    columns: list[tuple[str, Sql]] = []
    for column in contract.columns:
        if column.kind == "customer":
            columns += [("customer_key", Sql("UBIGINT")), ("customer_shown", Sql("VARCHAR"))]
        else:
            columns.append((column.name, SQL_TYPE[column.kind]))
        if column.lasting:
            columns.append((column.offset, Sql("INTEGER")))
    whence = (("file_id", Sql("INTEGER")), ("file_row", Sql("BIGINT")))
    return [*columns, ("business_date", Sql("DATE")), *whence]


def table_columns(contract: Contract) -> list[tuple[str, Sql]]:
    """(name, SQL type) of all columns of the fact table: those of `fact_columns`, and what is found later."""
    return [*fact_columns(contract), *contract.found]
