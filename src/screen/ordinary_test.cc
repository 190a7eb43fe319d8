// Precision: ordinary messages that companies send every day are never blocked, and the innocent neighbours
// of forbidden words are not found at all.

#include "screen/screen_test_support.h"

namespace yizhan::screen {
namespace {

struct Ordinary {
  MessageClass message_class;
  const char* body;
};

constexpr Ordinary kOrdinary[] = {
    {V, "您的验证码是{code}，5分钟内有效，请勿泄露给他人。"},
    {V, "{code}（登录验证码），工作人员不会向您索要，请勿告诉任何人。"},
    {V, "您正在注册会员，验证码{code}，如非本人操作请忽略。"},
    {V, "您正在使用优惠券支付，验证码{code}，请在页面中输入完成支付。"},
    {V, "您正在绑定银行卡，验证码{code}。任何索要验证码的都是骗子。"},
    {V, "Your verification code is {code}. It expires in 5 minutes."},
    {N, "尊敬的{name}，您的订单{order}已发货，顺丰快递单号{number}，请注意查收。"},
    {N, "您的快递已到丰巢智能柜，取件码{code}，请于24小时内领取。"},
    {N, "您尾号{tail}的储蓄卡于{time}支出人民币{amount}元，余额{balance}元。"},
    {N, "您的信用卡本期账单{amount}元，最低还款{min}元，到期还款日{date}，请按时还款。"},
    {N, "您预约的{date}上午口腔科门诊已成功，请携带身份证和医保卡提前30分钟到院。"},
    {N, "您的车辆保险将于{date}到期，请及时续保，咨询客服95518。"},
    {N, "您的话费余额不足10元，请及时充值，以免影响使用。"},
    {N, "温馨提示：明日最高气温35度，最低气温24度，请注意防暑。"},
    {N, "各位业主：因管道检修，{date}9:00至17:00停水，请提前储水，给您带来不便敬请谅解。"},
    {N, "家长您好，{name}今日作业：语文第一课生字，数学练习册第二页。"},
    {N, "您的火车票G{number}次已出票，{date}08:00从北京南站开，请提前到站候车。"},
    {N, "您的会员积分{points}分将于年底到期，请登录App查看。"},
    {N, "您的退款{amount}元已原路退回，预计1至3个工作日到账。"},
    {N, "您的客服工单{id}已处理完毕，请对本次服务评价，回复1非常满意，2满意，3一般。"},
    {N, "因系统升级，{date}凌晨0点至6点暂停交易，给您带来不便敬请谅解。"},
    {N, "您的体检报告已出，请登录公众号查看或到院领取。"},
    {N, "会议通知：{date}14:00在三楼会议室召开季度总结会，请准时参加。"},
    {N, "您的收货地址不完整，当天出库会受影响，请尽快补充。"},
    {N, "拼团未满三人，系统已自动退款，款项原路退回。"},
    {N, "您的套餐首月账单{amount}元已出，请在官方应用查看。"},
    {P, "飞行员招飞体检周三开始，请带身份证和学籍证明。"},
    {P, "走夜路请结伴而行，路灯报修请拨打社区电话。"},
    {N, "您的证券账户于{date}委托成交，详情请登录交易软件查看。"},
    {N, "根据反洗钱法律法规要求，请尽快更新您的身份证件有效期，可到任一网点办理。"},
    {N, "您申请的增值税电子发票已开具，请点击 https://fp.example.com/d/88 下载。"},
    {N, "您的快件由派送员张小姐上门派送，电话请见App，请保持电话畅通。"},
    {N, "您已成功退订天气预报业务，次月生效。"},
    {N, "您的酒店订单已确认：{date}入住，大床房一间，前台电话010-12345678。"},
    {N, "电费通知：本月用电{kwh}度，电费{amount}元，请于25日前缴纳。"},
    {N, "您的宠物已到接种疫苗的最佳接种时间，请按预约时间到店。"},
    {N, "您的包裹含易碎品，请当面验收。如有破损请拒收并联系客服。"},
    {N, "欢迎入住！WiFi名称为房间号，密码88888888，早餐时间7:00-10:00。"},
    {N, "本店经营羊毛片、鹅毛片等纺织原料，您的订单已确认。"},
    {M, "春节特惠，全场5折起，会员折上9折，活动截止2月10日，详询门店。"},
    {M, "夏日清凉季，空调满3000减300，以旧换新再补贴500元，详情 https://shop.example.com/ac"},
    {M, "亲爱的会员，您有一张20元优惠券即将过期，点击 https://m.example.com/c 使用。"},
    {M, "特色情人节套餐两人同行一人免单，2月14日当天有效，预订电话4008888888。"},
    {M, "白色情侣装、黑色情侣帽全新到店，本周六日进店即送礼品一份。"},
    {M, "出色情境教学，英语试听课免费预约，名额有限，仅限本周。"},
    {M, "各色情景剧轮番上演，国庆假期凭短信入园享8折。"},
    {M, "四川大麻花、天津大麻花新鲜到货，买三送一，全场有效期至10日。"},
    {M, "大麻辣火锅开业酬宾，满100减20，地址解放路88号。"},
    {M, "OK粉丝节来啦，粉丝专享礼包等您领取，详情见App。"},
    {M, "光彩金饰，18K彩金项链七夕特惠，每克立减50元，门店详询。"},
    {M, "双十一预售开启，定金100抵200，尾款11月11日0点支付，活动规则见页面。"},
    {M, "信用卡分期0手续费活动火热进行中，登录手机银行参与，详见活动规则。"},
    {M, "新店开业，凭短信到店领取精美礼品一份，数量有限送完即止。"},
    {M, "周末亲子活动报名中，手工烘焙、彩绘风筝，会员免费，电话报名。"},
    {M, "夜色情怀清吧今晚乐队驻唱，进店消费满200送小食拼盘。"},
    {M, "品味春药膳养生锅，羊肉、黄芪文火慢炖，本月特价88元。"},
    {M, "长春药店会员日，满99元减20元，处方药除外，活动截止本月30日。"},
    {M, "青春药妆节，面膜买一送一，正品保障，全场有效期三天。"},
    {M, "红包赢不停，签到七天得30元话费券，活动规则见App首页。"},
    {M, "人口爆发式增长？本周书城讲座《人口与未来》，入口爆满请提前入场。"},
    {M, "一口爆汁小笼包新品上市，到店消费立减5元。"},
    {M, "社群交流日，老客户到店亲自慰问，送定制水杯。"},
    {M, "守护你和家人的安全，智能门锁直降300元，免费上门安装。"},
    {M, "这件连衣裙让你好看又显瘦，新品8折，戳 https://s.example.com/x 选购。"},
    {M, "头层牛皮黑钱包父亲节礼盒，原价399，特价269，两天有效。"},
    {M, "《鸦片战争》纪念展免费参观，周一闭馆，预约电话见官网。"},
    {M, "清蒸鸦片鱼头，海鲜自助晚餐买三免一，仅限周末。"},
    {M, "手机跑分大比拼，旗舰机降价500，门店体验享礼品。"},
    {M, "汽车保养套餐特价，机油机滤工时全包268元，预约有礼。"},
    {M, "您关注的楼盘加推新房源，建筑面积89至125平米，欢迎品鉴，详询售楼处。"},
    {M, "稳健型理财产品上新，业绩比较基准3.2%，理财非存款，产品有风险，投资须谨慎。"},
    {M, "Spring sale: 20% off all shoes until March 31. Shop at https://shop.example.com/s"},
    {M, "年货节来了！坚果礼盒🎁满199减100，速来选购👉 https://m.example.com"},
    {M, "瑜伽体验课19.9元，专业教练一对一指导，点击领取。"},
    {M, "感恩回馈老客户，凭本短信可免费洗车一次，有效期至本月底。"},
    {M, "英语四六级冲刺班开课，周末上课，报名立减200元。"},
    {M, "羽绒服清洗特价39元一件，上门取送，本周有效。"},
    {P, "国家反诈中心提醒：凡是要求转账到安全账户的都是诈骗，请勿轻信，及时拨打96110。"},
    {P, "远离毒品，珍爱生命。6月26日国际禁毒日，让我们共同参与禁毒。"},
    {P, "警方提示：网络赌博是违法犯罪，切勿参与跨境赌博。"},
    {P, "刷单就是诈骗！凡是先垫付后返佣金的兼职都不要相信。"},
    {P, "台风蓝色预警：今日夜间至明日有大到暴雨，请减少外出。"},
    {P, "森林防火，人人有责。清明时节请文明祭扫，严禁野外用火。"},
    {P, "无偿献血，大爱无疆。本周六采血车停靠人民广场，欢迎参与。"},
};

constexpr DraftVariable kVariables[] = {
    {"code", 6},     {"name", 10}, {"order", 20}, {"number", 20}, {"tail", 4}, {"time", 20}, {"amount", 12},
    {"balance", 12}, {"min", 12},  {"date", 20},  {"points", 8},  {"id", 20},  {"kwh", 8}};

TEST(OrdinaryMessages, AreNotBlocked) {
  static_assert(std::size(kOrdinary) >= 60);
  for (const Ordinary& message : kOrdinary) {
    Draft draft = draft_of(message.message_class, message.body);
    draft.variables = kVariables;
    const Screening screening = shipped().screen(draft);
    EXPECT_NE(screening.verdict, Verdict::kBlock) << message.body << "\n" << describe(screening.findings);
    EXPECT_EQ(screening.packs.size(), shipped_packs().size());
  }
}

TEST(OrdinaryMessages, AreNotBlockedWhenRendered) {
  for (const Ordinary& message : kOrdinary) {
    std::string text = std::string("【驿站科技】") + message.body;
    if (message.message_class == M) text += "拒收请回复R";
    for (size_t at = text.find('{'); at != text.npos; at = text.find('{'))
      text.replace(at, text.find('}', at) - at + 1, "2026");
    const RenderedScreening screening = shipped().screen_rendered(text, message.message_class);
    EXPECT_NE(screening.verdict, Verdict::kBlock) << text << "\n" << describe(screening.findings);
  }
}

// Who says that he does not offer it, or forbids it.
TEST(OrdinaryMessages, DenialsAreNotBlocked) {
  for (const char* body :
       {"本所不提供代开发票服务，如需记账请预约。", "我司从不代开发票，所有票据均可在税务局网站查验。",
        "未代开发票的纳税人无需补报，详见电子税务局。", "包间内不准赌博、吸毒，谢谢配合。",
        "住客须知：客房内不允许卖淫嫖娼、聚众赌博，访客请登记。",
        "禁寄物品：枪支弹药、管制刀具、冰毒等一律不收。", "医保药店不能销售冰毒类管制药品，请凭处方购药。",
        "本公司不做黑户贷款，也不收前期费用。", "我们不办理信用卡套现，也不支持代还。",
        "社区内容规范：不发布裸聊、招嫖信息，违者封号。", "主播须知：不宣扬法轮功等邪教，不播放违规画面。",
        "本校不办假证，驾驶证须本人考试取得。", "本服不开设赌博玩法，金币不可兑换现金。",
        "请不要在评论区发布代孕、卖肾信息。", "出租屋不许制毒、吸毒、开设赌场，房东有权解约。"}) {
    const Screening screening = screen_body(body, N);
    EXPECT_NE(screening.verdict, Verdict::kBlock) << body << "\n" << describe(screening.findings);
  }
  for (const char* body : {"不收定金，代开发票，增值税普票专票都有。", "别再犹豫，澳门赌场上线，首存送彩金。",
                           "没有发票不能报销？代开发票找老李，不成功不收费。", "不要错过代开发票，点位低。",
                           "严格保密，绝不外泄，代开增值税发票，点低。"})
    EXPECT_EQ(screen_body(body, N).verdict, Verdict::kBlock) << body;
}

// Trades whose everyday words mean something else elsewhere. A reviewer may be asked.
TEST(OrdinaryMessages, TradesAreNotBlocked) {
  for (const char* body : {"冬日水果茶上新，冰块可选，吸管环保可降解，第二杯半价，本月底前有效，限门店。",
                           "气球、彩带、拍照道具助兴，派对套餐8折，12月31日前有效，限会员。",
                           "春播玉米种子到货，纯度98%，发芽率高，12月31日前到店选购，限前100名。",
                           "曲奇礼盒到货，黄油纯度高，口感酥脆，12月31日前到店享9折，限会员。",
                           "世界杯之夜，到店看球，不论输赢都送小吃，12月31日前有效，限到店顾客。",
                           "重疾守护计划：肾移植赔50万，12月31日前投保，详询顾问。",
                           "信用卡代还款功能上线，12月31日前登录手机银行设置自动还款。",
                           "刑事辩护：醉驾、毒品、开设赌场案件咨询，详询律所前台。",
                           "代开发票需提供真实业务合同，请您于12月31日前备齐材料。",
                           "您借的《毒品史》明天到期，可在线续借一次，逾期每册每天0.1元。"}) {
    const Screening screening = screen_body(body, M);
    EXPECT_NE(screening.verdict, Verdict::kBlock) << body << "\n" << describe(screening.findings);
  }
}

// Words in which a forbidden one hides. Scored rules have no words of their own.
TEST(OrdinaryMessages, NeighboursAreNotFound) {
  for (const char* body :
       {"特色情人节套餐等您来", "颜色情况请备注", "角色情绪管理课程", "本店主营鹅毛片加工",
        "独自慰问了老战友", "大麻花和大麻雀", "防范洗钱风险", "这款黑钱包很耐用", "青春药业集团",
        "世博彩车巡游", "消毒品类齐全", "印度支那半岛旅游", "第一时间通知您", "请第一步打开设置",
        "最大限度保障", "医保本人使用", "质保过期请续费"}) {
    const Screening screening = unscored().screen(draft_of(N, body));
    EXPECT_EQ(screening.verdict, Verdict::kPass) << body << "\n" << describe(screening.findings);
  }
}

}  // namespace
}  // namespace yizhan::screen
