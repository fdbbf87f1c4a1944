"""The contracts of people and their work: roster, attendance, leave, checks, promises, ratings."""

from __future__ import annotations

from etl.contracts.contract import Column, Contract, Rule
from etl.sql_text import Sql

SCHEDULE = Contract(
    "schedule",
    "排班",
    "Roster",
    ("agent_id", "shift_date", "shift_no"),
    Sql("shift_date"),
    (
        Column("agent_id", "agent", "工号", "Agent ID", required=True),
        Column("shift_date", "date", "班次日期", "Shift date", required=True),
        Column("shift_no", "whole", "第几班", "Shift no.", low=1, high=9, strict=True, default=Sql("1")),
        Column("shift", "text", "班次", "Shift"),
        Column("start_at", "time", "上班时间", "Starts at", required=True),
        Column("end_at", "time", "下班时间", "Ends at", required=True),
    ),
    (
        # An unknown code in a roster's cell: `etl.maps.rosters` gives it a shift that ends as it starts.
        Rule(
            "unknown_shift",
            "shift",
            Sql("shift IS NULL OR start_at <> end_at OR CAST(start_at AS TIME) <> TIME '00:00:00'"),
        ),
        Rule("ends_before_start", "end_at", Sql("end_at > start_at")),
    ),
)

ATTENDANCE = Contract(
    "attendance",
    "考勤打卡",
    "Attendance",
    ("agent_id", "shift_date", "shift_no"),
    Sql("shift_date"),
    (
        Column("agent_id", "agent", "工号", "Agent ID", required=True),
        Column("shift_date", "date", "班次日期", "Shift date", required=True),
        Column("shift_no", "whole", "第几班", "Shift no.", low=1, high=9, strict=True, default=Sql("1")),
        Column("in_at", "time", "上班打卡", "Clocked in"),
        Column("out_at", "time", "下班打卡", "Clocked out"),
        Column("scheduled_start", "time", "应上班时间", "Scheduled start"),
        Column("scheduled_end", "time", "应下班时间", "Scheduled end"),
    ),
)

PUNCHES = Contract(
    "punches",
    "打卡流水",
    "Punches",
    ("agent_id", "punched_at", "direction"),
    Sql("CAST(punched_at AS DATE)"),
    (
        Column("agent_id", "agent", "工号", "Agent ID", required=True),
        Column("punched_at", "time", "打卡时间", "Punched at", required=True),
        Column(
            "direction",
            "choice",
            "进出",
            "In or out",
            choices={
                "in": ("上班", "签到", "上班打卡"),
                "out": ("下班", "签退", "下班打卡"),
                "unknown": ("未知",),
            },
            default=Sql("'unknown'"),
        ),
        Column("device", "text", "设备", "Device"),
        # Of a request for a punch that was forgotten 补卡; one that is not approved counts for nothing.
        Column("approved", "flag", "补卡已批准", "Request approved"),
    ),
)

AGENT_STATES = Contract(
    "agent_states",
    "坐席状态",
    "Agent states",
    ("agent_id", "state", "started_at", "queue"),
    Sql("CAST(started_at AS DATE)"),
    (
        Column("agent_id", "agent", "工号", "Agent ID", required=True),
        Column(
            "state",
            "choice",
            "坐席状态",
            "Agent state",
            required=True,
            choices={
                "logged_in": ("登录", "签入", "在线"),
                "ready": ("空闲", "示闲", "就绪"),
                "talking": ("通话", "通话中"),
                "wrap": ("话后", "话后处理", "整理"),
                "break": ("小休", "休息", "示忙"),
            },
        ),
        Column("started_at", "time", "状态开始", "State from", required=True),
        Column("ended_at", "time", "状态结束", "State to"),
        Column("queue", "text", "队列", "Queue", default=Sql("''")),
    ),
    (Rule("ends_before_start", "ended_at", Sql("ended_at >= started_at")),),
)

LEAVE = Contract(
    "leave",
    "请假",
    "Leave",
    ("agent_id", "starts_at"),
    Sql("CAST(starts_at AS DATE)"),
    (
        Column("agent_id", "agent", "工号", "Agent ID", required=True),
        Column("starts_at", "time", "请假开始", "Leave from", required=True),
        Column("ends_at", "time", "请假结束", "Leave to", required=True),
        Column("leave_type", "text", "假别", "Leave type", free=True),
        Column("approved", "flag", "已批准", "Approved", default=Sql("true")),
        # A later approved leave with the number replaces the rows that had it.
        Column("leave_id", "text", "请假单号", "Leave ID"),
        Column("amends", "text", "变更原单号", "Amends leave ID"),
    ),
    (Rule("ends_before_start", "ends_at", Sql("ends_at > starts_at")),),
)

OBSERVATIONS = Contract(
    "observations",
    "现场检查",
    "Observations",
    ("observation_id",),
    Sql("CAST(observed_at AS DATE)"),
    (
        Column("observation_id", "key", "检查编号", "Observation ID", required=True),
        Column("agent_id", "agent", "客服工号", "Agent ID"),
        Column("observed_at", "time", "检查时间", "Observed at", required=True),
        Column(
            "standard",
            "choice",
            "检查项目",
            "Standard",
            required=True,
            choices={
                "attention_5s": ("5秒内注视", "五秒注视"),
                "uniform": ("着装", "厂服"),
                "smile_3m": ("3米微笑", "三米微笑"),
            },
        ),
        Column("passed", "flag", "是否达标", "Passed", required=True),
        Column("observer", "text", "检查人", "Observer"),
    ),
)

PROMISES = Contract(
    "promises",
    "回复承诺",
    "Promises",
    ("promise_id",),
    Sql("CAST(created_at AS DATE)"),
    (
        Column("promise_id", "key", "承诺编号", "Promise ID", required=True),
        Column("agent_id", "agent", "客服工号", "Agent ID"),
        Column("created_at", "time", "承诺时间", "Created at", required=True, lasting=True),
        Column("promised_for", "time", "承诺回复时限", "Promised for", lasting=True),
        Column("done_at", "time", "实际回复时间", "Done at", lasting=True),
        Column("cancelled", "flag", "客户取消", "Cancelled", default=Sql("false")),
    ),
)

RATINGS = Contract(
    "ratings",
    "评分",
    "Ratings",
    ("agent_id", "month", "parameter", "rater"),
    Sql("CAST(month || '-01' AS DATE)"),
    (
        Column("agent_id", "agent", "客服工号", "Agent ID", required=True),
        Column("month", "month", "月份", "Month", required=True),
        Column(
            "parameter",
            "choice",
            "考核参数",
            "Parameter",
            required=True,
            choices={
                "teamwork": ("团队精神",),
                "compliance": ("服从领导",),
                "attitude": ("工作态度",),
            },
        ),
        Column("score", "number", "评分", "Score", required=True, low=1, high=5, strict=True),
        Column("rater", "text", "评分人", "Rater", default=Sql("''")),
        Column("example", "text", "事例", "Example", free=True),
        Column("example_on", "date", "事例日期", "Example date"),
    ),
)

AGENTS = Contract(
    "agents",
    "人员名册",
    "Agents",
    ("agent_id", "valid_from"),
    Sql("valid_from"),
    (
        Column("agent_id", "agent", "工号", "Agent ID", required=True),
        Column("name", "text", "姓名", "Name", required=True),
        Column("team", "text", "班组", "Team"),
        Column("role", "text", "岗位", "Role"),
        Column("valid_from", "date", "生效日期", "Valid from", default=Sql("DATE '1900-01-01'")),
        Column("valid_to", "date", "失效日期", "Valid to"),
        Column("hired_on", "date", "入职日期", "Hired on"),
        # On loan 借调 the person works in `team`, and stays on the sheet of the home team; empty is home.
        Column(
            "stay",
            "choice",
            "归属",
            "Stay",
            choices={
                "home": ("本组", "编制", "原班组", "在编"),
                "seconded": ("借调", "支援", "借入", "抽调", "临时支援"),
            },
        ),
    ),
)

TEAMS = Contract(
    "teams",
    "班组名称表",
    "Teams",
    ("team_id",),
    Sql("NULL"),
    (
        Column("team_id", "key", "班组编号", "Team ID", required=True),
        Column("name", "text", "班组名称", "Team name", required=True),
    ),
)

MEASURES = Contract(
    "measures",
    "外部数据",
    "Measures",
    ("subject_kind", "subject_id", "month", "indicator"),
    Sql("CAST(month || '-01' AS DATE)"),
    (
        Column(
            "subject_kind",
            "choice",
            "对象类型",
            "Subject kind",
            required=True,
            choices={"person": ("个人",), "team": ("班组",)},
        ),
        Column("subject_id", "text", "对象", "Subject", required=True),
        Column("month", "month", "月份", "Month", required=True),
        Column("indicator", "text", "指标", "Indicator", required=True),
        Column("numerator", "number", "分子", "Numerator", required=True),
        Column("denominator", "number", "分母", "Denominator", required=True, low=0, strict=True),
    ),
)
