"""What a row's answer says: politely, with what to do. The code is the contract.

Each sentence is a message of the catalogue; its facts are filled in by name.
"""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES = {
    "formula": "“{column}”是公式，不能确定数值，请把公式换成数值后再导入。",
    # households
    "household-no-missing": "缺少户编号，请补填。",
    "household-no-invalid": "户编号“{value}”写法不对，请只用字母、数字和短横线。",
    "household-no-personal": "户编号像是手机号或身份证号。它会一直留在账上，请改用村里自己编的号。",
    "household-no-duplicate": "户编号{value}与第{first}行重复，请核对后只保留一行。",
    "household-no-taken": "户编号{value}已登记为另一户（户主{head}），请核对编号或户主姓名。",
    "household-no-erased": "户编号{value}的登记资料已删除，请改用新的编号。",
    "head-name-missing": "缺少户主姓名，请补填。",
    "head-name-invalid": "户主姓名“{value}”写法不对，请填写姓名。",
    "village-missing": "缺少村（社区）名称，请补填。",
    "village-unknown": "在您管辖的范围内没有“{value}”，请核对村（社区）名称。",
    "village-ambiguous": "有几个村（社区）都叫“{value}”（{candidates}），请写明乡镇或区划代码。",
    "group-invalid": "村民小组写法不对，请只写组名，像“3组”，不要写姓名、电话等别的内容。",
    "size-not-a-number": "家庭人口“{value}”不是数字，请填写阿拉伯数字。",
    "size-out-of-range": "家庭人口{value}不合常理，请核对。",
    "phone-invalid": "联系电话“{value}”写法不对，请填写11位手机号或带区号的座机号，没有可留空。",
    # credits
    "date-missing": "缺少日期，请补填。",
    "date-invalid": "日期“{value}”不存在或写法不对，请写成“2026-3-9”的样子。",
    "date-in-future": "日期{value}还没有到，请核对日期。",
    "household-unknown": "没有户编号为“{value}”的家庭，请核对编号，或先导入户籍登记表。",
    "household-ambiguous": "户编号{value}在几个村都有（{candidates}），请写全编号，或指定村。",
    "head-name-differs": "户主姓名与登记的户主（{head}）不一致，请核对户编号和姓名。",
    "paper-over": "旧台账只能登记到{day}，公示开始以后，积分请逐笔申报、公示。",
    "rule-missing": "缺少项目代码，请补填。",
    "rule-unknown": "现行积分细则中没有项目代码“{value}”，请核对代码。",
    "rule-name-differs": "项目代码{value}是“{name}”，与所写的项目名称不一致，请核对。",
    "rule-not-for-import": "“{name}”不能从登记表导入，请在系统中按程序办理。",
    "points-missing": "缺少分值，请补填。",
    "points-not-a-number": "分值“{value}”不是整数，请填写阿拉伯数字。",
    "points-negative": "分值不能是负数（{value}）；扣分须由两人签字，请在系统中按程序办理。",
    "points-not-in-rule": "分值{value}与积分细则{rule}的规定（{allowed}分）不符，请核对。",
    "evidence-missing": "缺少依据（如评议会纪要编号），请补填。",
    # goods and rules
    "code-invalid": "编号“{value}”写法不对，请只用字母、数字和短横线。",
    "code-duplicate": "编号{value}与第{first}行重复，请核对后只保留一行。",
    "name-missing": "缺少名称，请补填。",
    "unit-missing": "缺少单位，请补填。",
    "kind-missing": "缺少类别，请补填。",
    "points-out-of-range": "分值{value}不合常理，请核对。",
    "cap-not-a-number": "上限“{value}”不是整数，请填写阿拉伯数字，没有上限可留空。",
    "step-unknown": "没有“{value}”这一步，请按四议两公开的六步填写。",
    "people-not-a-number": "人数“{value}”不是整数，应到、实到、同意三栏都要填。",
    "proof-kind-unknown": "凭证种类“{value}”不认识，请写“单据”“照片”或“同意书”，没有可留空。",
    "cost-invalid": "单价“{value}”写法不对，请填写元，最多两位小数。",
    "barcode-invalid": "条码“{value}”不对，请核对13位数字，没有可留空。",
    # scores
    "score-not-a-number": "“{column}”的分数“{value}”不是整数，请填写阿拉伯数字，回避的留空。",
    "score-outside": "分数不对，请填0到{most}的整数，每位评委的各项要填全。",
    "household-scored": "这户已在别的打分表上；办更正时，只能填已经打过分的户。",
    "judge-recused": "{judge}与这户是一家或近亲，要回避，请把分数留空。",
    # anybody
    "own-household": "这是您自己家的积分，请由别人导入。",
}


def sentence(code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a row's code; a code without one is a mistake of ours, told by a test."""
    return SENTENCES[code].format_map(facts)
