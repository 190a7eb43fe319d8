#!/usr/bin/env python3
"""Writes a made-up customer list as companies have it, and what it holds, counted.

The same --rows and --seed give the same bytes on every machine. The people do not exist: their numbers are the first of
each prefix (138 0000 0000 and on), those made from ranges kept for fiction where there are such.
Usage: tools/make_customers.py [--rows 10000] [--seed 1] [--encoding utf-8|gbk] [--expected FILE] --out FILE
"""

import argparse
import collections
import csv
import io
import json
import pathlib

# The header, and what each column is called in English; an importer may offer both.
COLUMNS = {
    "手机号": "phone",
    "姓名": "name",
    "城市": "city",
    "会员等级": "tier",
    "出生日期": "birth_date",
    "营销同意": "marketing_consent",
    "同意时间": "consent_time",
    "同意方式": "consent_method",
    "同意文本": "consent_text",
    "通知同意": "notification_consent",
    "备注": "note",
}

# Kind of row -> rows in a thousand. What is left is a plain good row with consent.
FAULTS = {
    "bad_number": 20,
    "missing_number": 20,
    "bad_birth_date": 10,
    "bad_consent_time": 10,
    "unknown_consent_word": 20,
    "too_many_columns": 20,
    "consent_without_time": 20,
}
GOOD = {"withdrawn": 30, "not_consented": 50, "hong_kong": 2, "united_states": 2, "rare_name": 10, "awkward_note": 3}
DUPLICATES_PER_THOUSAND = 15

PREFIXES = [f"13{i}" for i in range(10)] + ["150", "151", "152", "153", "155", "156", "157", "158", "159"]
PREFIXES += [f"18{i}" for i in range(10)]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
BAD_NUMBERS = ["1380000", "138000000001", "1380000O001", "12300000001", "19400000001", "无", "0", "1.38E+10", "+86 138"]
US_AREAS = ["212", "312", "303", "415"]  # New York, Chicago, Denver, San Francisco: four zones

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红娥玲芬燕彬鹏宇浩凯健俊帆雪荣"
RARE_NAMES = ["𠮷野太郎", "陶喆", "李㛃", "王堃", "张𬭎", "龚䶮", "买买提·艾力", "欧阳娜娜", "Anna O'Neil", "José García"]
CITIES = ["北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安", "南京", "重庆", "乌鲁木齐", "哈尔滨"]
TIERS = ["普通", "普通", "普通", "银卡", "银卡", "金卡", "钻石"]
METHODS = ["门店纸质", "网页勾选", "小程序", "电话录音", "短信回复"]
TEXTS = [
    "我同意接收本店的营销短信，每周不超过两条，可随时回复R退订",
    "我同意接收会员活动和优惠信息（短信），有效期两年",
    "本人自愿接收促销短信, 可拒收",
]
UNKNOWN_WORDS = ["待定", "不确定", "口头", "？", "maybe"]
BAD_BIRTH_DATES = ["1990-02-30", "1985-13-01", "2001-00-10", "昨天", "19900230"]
BAD_TIMES = ["2024-02-30 10:00:00", "2024-06-01 25:00:00", "去年", "2024-6", "45000.5"]
NOTES = ['说"好的"', "喜欢红色,不喜欢蓝色", "第一行\n第二行", "'=1+1", "  前后空格  ", "🙂 表情"]


class Random:
    """SplitMix64, so that no version of Python changes the file."""

    def __init__(self, seed):
        self.state = seed & (2**64 - 1)

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return ((z ^ (z >> 31)) * n) >> 64

    def pick(self, values):
        return values[self.below(len(values))]

    def shuffle(self, values):
        for i in range(len(values) - 1, 0, -1):
            j = self.below(i + 1)
            values[i], values[j] = values[j], values[i]


def mainland_number(index):
    return f"{PREFIXES[index % len(PREFIXES)]}{index // len(PREFIXES):08d}"


def write_number(random, number):
    """A mainland number as people type it."""
    grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
    forms = [f"+86{number}", f"+86 {grouped}", f"0086{number}", f"86{number}", number.translate(FULL_WIDTH)]
    forms += [grouped, f" {number} ", grouped.replace(" ", "-")]
    chosen = random.below(4 * len(forms))
    return forms[chosen] if chosen < len(forms) else number


def write_time(random):
    """A time of 2023 or 2024, mostly Beijing time without saying so, in the forms that spreadsheets leave."""
    year, month, day = 2023 + random.below(2), 1 + random.below(12), 1 + random.below(28)
    hour, minute, second = 8 + random.below(13), random.below(60), random.below(60)
    form = random.below(10)
    if form == 0:
        return f"{year}/{month}/{day} {hour}:{minute:02d}"
    if form == 1:
        return f"{year}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}+08:00"
    return f"{year}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"


def write_birth_date(random):
    if random.below(3) == 0:
        return ""
    return f"{1950 + random.below(56)}-{1 + random.below(12):02d}-{1 + random.below(28):02d}"


def good_row(random, number):
    """A row with everything right and consent given."""
    name = random.pick(SURNAMES) + random.pick(GIVEN) + (random.pick(GIVEN) if random.below(2) else "")
    return {
        "手机号": number,
        "姓名": name,
        "城市": random.pick(CITIES),
        "会员等级": random.pick(TIERS),
        "出生日期": write_birth_date(random),
        "营销同意": "是",
        "同意时间": write_time(random),
        "同意方式": random.pick(METHODS),
        "同意文本": random.pick(TEXTS),
        "通知同意": random.pick(["是", "是", "是", "否", ""]),
        "备注": "",
    }


def spoil(random, row, kind, index):
    """Makes a good row the index-th of the given kind; returns the fields that stand beyond the last column."""
    if kind == "bad_number":
        row["手机号"] = BAD_NUMBERS[index % len(BAD_NUMBERS)]
    elif kind == "missing_number":
        row["手机号"] = ""
    elif kind == "bad_birth_date":
        row["出生日期"] = random.pick(BAD_BIRTH_DATES)
    elif kind == "bad_consent_time":
        row["同意时间"] = random.pick(BAD_TIMES)
    elif kind == "unknown_consent_word":
        row["营销同意"] = random.pick(UNKNOWN_WORDS)
    elif kind == "consent_without_time":
        row["同意时间"] = ""
    elif kind == "too_many_columns":
        return ["多余"] * (1 + random.below(3))
    elif kind == "withdrawn":
        row["营销同意"] = "已撤回"
    elif kind == "not_consented":
        row.update({"营销同意": "否", "同意时间": "", "同意方式": "", "同意文本": ""})
    elif kind == "hong_kong":
        row.update({"手机号": f"+852 9123 {index % 10000:04d}", "城市": "香港"})
    elif kind == "united_states":
        area = US_AREAS[index % len(US_AREAS)]
        row.update({"手机号": f"+1 {area}-555-01{index // len(US_AREAS) % 100:02d}", "城市": "海外"})
    elif kind == "rare_name":
        row["姓名"] = RARE_NAMES[index % len(RARE_NAMES)]
    elif kind == "awkward_note":
        row["备注"] = NOTES[index % len(NOTES)]
    return []


def plan_kinds(random, rows, encodable):
    """The kind of every row, in order. The first is a plain one, so that there is something to repeat."""
    kinds = []
    for kind, share in {**FAULTS, **GOOD, "duplicate": DUPLICATES_PER_THOUSAND}.items():
        if encodable or kind not in ("rare_name", "awkward_note"):
            kinds += [kind] * max(1, rows * share // 1000)
    if len(kinds) >= rows:
        raise SystemExit(f"--rows must be more than {len(kinds)}, one of each kind")
    kinds += ["plain"] * (rows - 1 - len(kinds))
    random.shuffle(kinds)
    return ["plain"] + kinds


def make(rows, seed, encodable=True):
    """(text of the file, count of each kind of row)."""
    random = Random(seed)
    kinds = plan_kinds(random, rows, encodable)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    index = 0
    made = collections.Counter()
    repeatable = []
    for kind in kinds:
        if kind == "duplicate":
            number, row = random.pick(repeatable)
            row = {**row, "手机号": write_number(random, number)}
            extra = []
        else:
            index += 1 + random.below(3)
            number = mainland_number(index)
            row = good_row(random, write_number(random, number))
            extra = spoil(random, row, kind, made[kind])
            made[kind] += 1
            if kind == "plain":
                repeatable.append((number, row))
        writer.writerow([*row.values(), *extra])
    return text.getvalue(), collections.Counter(kinds)


def expected(rows, seed, text, kinds):
    """What an importer must find in the file; every group sums to its total."""
    refused = {kind: kinds[kind] for kind in FAULTS}
    customers = rows - sum(refused.values()) - kinds["duplicate"]
    marketing = {"withdrawn": kinds["withdrawn"], "not_consented": kinds["not_consented"]}
    marketing["granted"] = customers - sum(marketing.values())
    regions = {"HK": kinds["hong_kong"], "US": kinds["united_states"]}
    regions["CN"] = customers - sum(regions.values())
    return {
        "rows": rows,
        "seed": seed,
        "lines": text.count("\n"),
        "refused": {"total": sum(refused.values()), **refused},
        "duplicates": kinds["duplicate"],
        "customers": customers,
        "marketing_consent": marketing,
        "regions": regions,
        "rare_names": kinds["rare_name"],
        "columns": COLUMNS,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000, help="rows below the header")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encoding", choices=["utf-8", "gbk"], default="utf-8", help="gbk is written as Excel does: CRLF")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--expected", type=pathlib.Path, help="where to write the counts, as JSON")
    options = parser.parse_args()
    gbk = options.encoding == "gbk"
    text, kinds = make(options.rows, options.seed, encodable=not gbk)
    options.out.write_bytes((text.replace("\n", "\r\n") if gbk else text).encode(options.encoding))
    counts = json.dumps(expected(options.rows, options.seed, text, kinds), indent=2, ensure_ascii=False) + "\n"
    if options.expected:
        options.expected.write_text(counts)


if __name__ == "__main__":
    main()
