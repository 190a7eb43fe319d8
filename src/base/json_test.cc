#include "base/json.h"

#include <gtest/gtest.h>

namespace yizhan::json {
namespace {

enum class Colour : uint8_t { kRed, kDarkBlue };
BOOST_DESCRIBE_ENUM(Colour, kRed, kDarkBlue)

enum class Lane : uint8_t { kFast = 3, kSlow = 9 };
constexpr std::string_view name_of(Lane lane) { return lane == Lane::kFast ? "express.lane" : "slow"; }
constexpr auto values_of(Lane) { return std::array{Lane::kFast, Lane::kSlow}; }

struct Rule2 {
  std::string name;
  static constexpr Rule kRules[] = {{.member = "name", .min_length = 1, .max_length = 3}};
};
BOOST_DESCRIBE_STRUCT(Rule2, (), (name))

struct Base {
  int64_t version = 7;
};
BOOST_DESCRIBE_STRUCT(Base, (), (version))

struct Everything : Base {
  CampaignId id;
  Time at;
  Colour colour = Colour::kRed;
  Lane lane = Lane::kSlow;
  bool on = false;
  uint8_t small = 0;
  int64_t wide = 0;
  uint64_t huge = 0;
  double ratio = 0;
  std::optional<std::string> note;
  std::vector<Rule2> audience;
  std::map<std::string, int32_t> counts;
  Bytes hash;
  Value free;
  int32_t rate = 100;
  std::optional<std::vector<int16_t>> few;

  static constexpr std::string_view kDescription = "One of each.";
  static constexpr Rule kRules[] = {
      {.member = "rate", .presence = Presence::kOptional, .minimum = 1, .maximum = 1000},
      {.member = "version", .presence = Presence::kOptional},
      {.member = "few", .min_items = 1, .max_items = 2, .description = "at most two"}};
};
BOOST_DESCRIBE_STRUCT(Everything, (Base),
                      (id, at, colour, lane, on, small, wide, huge, ratio, note, audience, counts, hash, free,
                       rate, few))

template <class T>
struct PageLike {
  std::vector<T> items;
  BOOST_DESCRIBE_CLASS(PageLike, (), (items), (), ())
};

struct Numbers {
  std::optional<int8_t> i8;
  std::optional<uint8_t> u8;
  std::optional<int64_t> i64;
  std::optional<uint64_t> u64;
  std::optional<double> real;
  std::optional<bool> flag;
  std::optional<std::string> text;
  std::optional<Time> time;
  std::optional<UserId> user;
  std::optional<Colour> colour;
  std::optional<Lane> lane;
  std::optional<Bytes> bytes;
  std::optional<std::vector<Numbers>> inner;
  std::optional<std::map<std::string, bool>> map;
};
BOOST_DESCRIBE_STRUCT(Numbers, (),
                      (i8, u8, i64, u64, real, flag, text, time, user, colour, lane, bytes, inner, map))

TEST(Json, EncodesEveryKindAndReadsItBack) {
  Everything e;
  e.id = CampaignId{42};
  e.at = Time{1'772'416'800'250'000};
  e.colour = Colour::kDarkBlue;
  e.lane = Lane::kFast;
  e.on = true;
  e.small = 255;
  e.wide = std::numeric_limits<int64_t>::min();
  e.huge = std::numeric_limits<uint64_t>::max();
  e.ratio = 0.1;
  e.audience = {{"a"}, {"你好"}};
  e.counts = {{"x/y", -1}, {"\"", 2}};
  e.hash = {0xde, 0xad};
  e.free = Array{1, nullptr, "x"};
  const std::string text = encode(e);
  EXPECT_EQ(
      text,
      R"({"version":7,"id":"cmp_000000000001a","at":"2026-03-02T02:00:00.25Z","colour":"dark_blue",)"
      R"("lane":"express.lane","on":true,"small":255,"wide":-9223372036854775808,"huge":18446744073709551615,)"
      R"("ratio":0.1,"audience":[{"name":"a"},{"name":"你好"}],"counts":{"\"":2,"x/y":-1},"hash":"dead",)"
      R"("free":[1,null,"x"],"rate":100})");
  const auto back = decode<Everything>(text);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(encode(*back), text);
  EXPECT_EQ(back->id, e.id);
  EXPECT_EQ(back->at, e.at);
  EXPECT_EQ(to_value(e).at("small").as_int64(), 255);
}

struct Refusal {
  const char* text;
  const char* field;
};

class JsonRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(JsonRefuses, WithThePlace) {
  const auto decoded = decode<Numbers>(GetParam().text);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(decoded.error().field, GetParam().field) << decoded.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, JsonRefuses,
    testing::Values(Refusal{R"([])", ""}, Refusal{R"(null)", ""}, Refusal{R"({"nothing":1})", "/nothing"},
                    Refusal{R"({"a/b~c":1})", "/a~1b~0c"}, Refusal{R"({"i8":128})", "/i8"},
                    Refusal{R"({"i8":-129})", "/i8"}, Refusal{R"({"i8":1.5})", "/i8"},
                    Refusal{R"({"i8":"1"})", "/i8"}, Refusal{R"({"u8":-1})", "/u8"},
                    Refusal{R"({"u8":-1.0})", "/u8"}, Refusal{R"({"u8":256})", "/u8"},
                    Refusal{R"({"i64":9223372036854775808})", "/i64"}, Refusal{R"({"i64":1e300})", "/i64"},
                    Refusal{R"({"i64":true})", "/i64"}, Refusal{R"({"u64":18446744073709551616})", "/u64"},
                    Refusal{R"({"real":1e999})", "/real"}, Refusal{R"({"real":"1"})", "/real"},
                    Refusal{R"({"flag":0})", "/flag"}, Refusal{R"({"text":1})", "/text"},
                    Refusal{R"({"text":"a\u0000b"})", "/text"}, Refusal{R"({"time":"yesterday"})", "/time"},
                    Refusal{R"({"time":1})", "/time"}, Refusal{R"({"user":"cmp_000000000001a"})", "/user"},
                    Refusal{R"({"colour":"green"})", "/colour"}, Refusal{R"({"colour":1})", "/colour"},
                    Refusal{R"({"lane":"kFast"})", "/lane"}, Refusal{R"({"bytes":"abc"})", "/bytes"},
                    Refusal{R"({"inner":{}})", "/inner"},
                    Refusal{R"({"inner":[{},{"inner":[{"i8":"x"}]}]})", "/inner/1/inner/0/i8"},
                    Refusal{R"({"map":{"k":1}})", "/map/k"}, Refusal{R"({"i8":1,"i8":1})", "/i8"},
                    Refusal{R"({"i8":1,"\u00698":1})", "/i8"},
                    Refusal{R"({"map":{},"inner":[{},{"map":{"q":true,"r":true,"q":false}}]})",
                            "/inner/1/map/q"},
                    Refusal{R"({"inner":[[1,{"z":[2,{"z":1,"z":2}]}]]})", "/inner/0/1/z/1/z"}));

class JsonMalformed : public testing::TestWithParam<const char*> {};

TEST_P(JsonMalformed, IsOneError) {
  const auto decoded = decode<Numbers>(GetParam());
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kMalformed);
  EXPECT_TRUE(decoded.error().field.starts_with("line ")) << decoded.error().field;
}

INSTANTIATE_TEST_SUITE_P(Table, JsonMalformed,
                         testing::Values("", " ", "{", "{}x", "{} {}", "{'a':1}", "{\"a\":1,}", "{\"a\":01}",
                                         "{\"a\":nul}", "\"\\ud800\"", "\"\xff\"", "// x\n{}",
                                         "{\"a\":\"\n\"}", "[NaN]", "{\"a\" 1}"));

TEST(Json, SaysWhereTheTextIsMalformed) {
  EXPECT_EQ(parse("{\n  \"a\": x}").error().field, "line 2, column 8");
}

TEST(Json, RefusesDeepNesting) {
  const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse(nested(limits::kJsonDepth)));
  EXPECT_FALSE(parse(nested(limits::kJsonDepth + 1)));
  EXPECT_FALSE(parse(nested(100'000)));
}

TEST(Json, RefusesLargeArraysAndObjects) {
  std::string array = "[0", object = "{\"k\":0";
  for (size_t i = 0; i < limits::kJsonItems; ++i) {
    array += ",0";
    object += ",\"" + std::to_string(i) + "\":0";
  }
  EXPECT_EQ(parse(array + ']').error().code, ErrorCode::kMalformed);
  EXPECT_EQ(parse(object + '}').error().code, ErrorCode::kMalformed);
}

TEST(Json, ReadsIntegersByValue) {
  EXPECT_EQ(decode<Numbers>(R"({"i8":1e2})")->i8, 100);
  EXPECT_EQ(decode<Numbers>(R"({"u8":255.0})")->u8, 255);
  EXPECT_EQ(decode<Numbers>(R"({"u64":18446744073709551615})")->u64, std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(decode<Numbers>(R"({"real":3})")->real, 3.0);
}

TEST(Json, NullIsAbsentWhereAbsenceIsAllowed) {
  EXPECT_FALSE(decode<Numbers>(R"({"text":null,"inner":null})")->text);
  EXPECT_EQ(decode<Rule2>(R"({"name":null})").error().field, "/name");
  EXPECT_EQ(decode<Base>("{}").error().field, "/version");
}

TEST(Json, CollectsEveryFault) {
  const auto decoded = decode_all<Everything>((
      R"({"id":"x","at":"2026-03-02T02:00:00Z","colour":"red","lane":"slow","on":1,"small":1,"wide":1,)"
      R"("huge":1,"audience":[{"name":"a"},{"name":""},{"name":"long"},{}],"counts":{},"hash":"","free":null,)"
      R"("rate":0,"few":[1,2,3],"extra":0})"));
  ASSERT_FALSE(decoded);
  std::vector<std::string> fields;
  for (const auto& e : decoded.error()) fields.push_back(e.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"/id", "/on", "/ratio", "/audience/1/name", "/audience/2/name",
                                              "/audience/3/name", "/rate", "/few", "/extra"}));
}

TEST(Json, BoundsTheFaultsItCollects) {
  std::string text = "{\"inner\":[1";
  for (int i = 0; i < 200; ++i) text += ",1";
  EXPECT_EQ(decode_all<Numbers>(text + "]}").error().size(), limits::kJsonFieldErrors);
}

TEST(Json, EscapesAndRepairsStrings) {
  const auto quoted = [](std::string_view s) {
    std::string out;
    append_string(out, s);
    return out;
  };
  EXPECT_EQ(quoted("a\"b\\c\n\x01\x7f"), "\"a\\\"b\\\\c\\n\\u0001\x7f\"");
  EXPECT_EQ(quoted("你好😀"), "\"你好😀\"");
  EXPECT_EQ(quoted("x\xff\xc0\x80y\xe4\xbd"),
            "\"x\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xed\xa0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(encode(std::numeric_limits<double>::infinity()), "null");
}

TEST(Json, SchemaComesFromTheSameDescription) {
  Schemas schemas;
  EXPECT_EQ(serialize(schemas.of<PageLike<Everything>>()),
            R"({"$ref":"#/components/schemas/PageLikeOfEverything"})");
  EXPECT_TRUE(schemas.conflicts().empty());
  const auto& components = schemas.components();
  for (const char* name : {"PageLikeOfEverything", "Everything", "Rule2", "Colour", "Lane"})
    EXPECT_TRUE(components.contains(name)) << name;
  const Object& everything = components.at("Everything").as_object();
  EXPECT_EQ(everything.at("description").as_string(), "One of each.");
  const Object& properties = everything.at("properties").as_object();
  EXPECT_EQ(serialize(properties.at("small")), R"({"type":"integer","minimum":0,"maximum":255})");
  EXPECT_EQ(serialize(properties.at("rate")),
            R"({"type":"integer","minimum":1,"maximum":1000,"default":100})");
  EXPECT_EQ(serialize(properties.at("at")), R"({"type":"string","format":"date-time"})");
  EXPECT_EQ(serialize(properties.at("few")),
            R"({"type":"array","items":{"type":"integer","minimum":-32768,"maximum":32767},"minItems":1,)"
            R"("maxItems":2,"description":"at most two"})");
  EXPECT_EQ(serialize(components.at("Rule2")),
            R"({"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":3}},)"
            R"("required":["name"]})");
  EXPECT_EQ(serialize(components.at("Colour")), R"({"type":"string","enum":["red","dark_blue"]})");
  const auto& required = everything.at("required").as_array();
  EXPECT_EQ(std::count(required.begin(), required.end(), Value("note")), 0);
  EXPECT_EQ(std::count(required.begin(), required.end(), Value("rate")), 0);
  EXPECT_EQ(std::count(required.begin(), required.end(), Value("id")), 1);
  EXPECT_EQ(schema_of<PageLike<Rule2>>().at("$ref").as_string(), "#/$defs/PageLikeOfRule2");
}

TEST(Json, SchemaOfARecursiveTypeEnds) {
  Schemas schemas;
  EXPECT_EQ(schemas.of<Numbers>().size(), 1u);
  EXPECT_TRUE(schemas.components().contains("Numbers"));
}

namespace other {
struct Rule2 {
  bool x = false;
};
BOOST_DESCRIBE_STRUCT(Rule2, (), (x))
}  // namespace other

TEST(Json, TwoTypesOfOneNameAreNoticed) {
  Schemas schemas;
  (void)schemas.of<Rule2>();
  (void)schemas.of<Rule2>();
  EXPECT_TRUE(schemas.conflicts().empty());
  (void)schemas.of<other::Rule2>();
  EXPECT_EQ(schemas.conflicts().size(), 1u);
}

}  // namespace
}  // namespace yizhan::json
