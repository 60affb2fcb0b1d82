#include "session-format/json/document.h"

#include <gmock/gmock.h>

namespace dubplate::session::json {
namespace {

using testing::HasSubstr;

Document parsed(std::string_view text) {
    auto document = Document::parse(text, "f");
    EXPECT_TRUE(document.has_value()) << (document ? "" : document.error().message);
    return std::move(document).value();
}

Error fault(std::string_view text) {
    const auto document = Document::parse(text, "f");
    EXPECT_FALSE(document.has_value()) << text;
    if (document) return {};
    EXPECT_EQ(document.error().code, ErrorCode::corrupt_input);
    return document.error();
}

std::string at(const Node& node) { return std::to_string(node.line) + ":" + std::to_string(node.column); }

TEST(Document, KnowsThePlaceOfEveryValueAndKey) {
    const std::string text = "{\n  \"a\": [1, -2.5e3 ,\"x\"],\n\t\"b\" :{\"é\": true, \"c\":null}\n}\n";
    const Document document = parsed(text);
    const Node& root = document.root();
    EXPECT_EQ(at(root), "1:1");
    const Node& a = *document.member(root, "a");
    EXPECT_EQ(at(a), "2:8");
    EXPECT_EQ(a.key_column, 3);
    auto element = document.children(a).begin();
    EXPECT_EQ(at(*element), "2:9");
    EXPECT_EQ((*element).text, "1");
    EXPECT_EQ(at(*++element), "2:12");
    EXPECT_EQ((*element).text, "-2.5e3");
    EXPECT_EQ(at(*++element), "2:20");
    const Node& b = *document.member(root, "b");
    EXPECT_EQ(at(b), "3:7");
    const Node& c = *document.member(b, "c");
    EXPECT_EQ(c.kind, Kind::null);
    EXPECT_EQ(c.key_column, 19);  // é is one character
    EXPECT_EQ(document.pointer(c), "/b/c");
    EXPECT_EQ(document.pointer(root), "");
    EXPECT_EQ(document.member(root, "c"), nullptr);
}

TEST(Document, UnescapesStringsAndEscapesPointers) {
    const Document document = parsed(R"({"a\/b~": ["q\"\u00e9\ud834\udd1e", "plain"]})");
    const Node& list = *document.member(document.root(), "a/b~");
    auto element = document.children(list).begin();
    EXPECT_EQ((*element).text, "q\"é𝄞");
    EXPECT_EQ((*++element).text, "plain");
    EXPECT_EQ(document.pointer(*element), "/a~1b~0/1");
}

TEST(Document, SkipsAByteOrderMarkAndNamesOtherEncodings) {
    const std::string text = "\xef\xbb\xbf{\"a\": 1}";
    const Document document = parsed(text);
    EXPECT_EQ(at(*document.member(document.root(), "a")), "1:7");
    EXPECT_THAT(fault(std::string("\xff\xfe{\0}\0", 6)).message, HasSubstr("UTF-16"));
}

TEST(Document, SaysWhereTheGrammarBreaks) {
    EXPECT_EQ(fault("{\n \"a\": 1\n \"b\": 2\n}").where, "f:3:2");
    EXPECT_THAT(fault("{\n \"a\": 1\n \"b\": 2\n}").message, HasSubstr("expected ',' or '}'"));
    EXPECT_THAT(fault("").message, HasSubstr("empty"));
    EXPECT_THAT(fault("  \n").message, HasSubstr("empty"));
    EXPECT_THAT(fault("{} {}").message, HasSubstr("after the end"));
    EXPECT_THAT(fault("{}x").message, HasSubstr("after the end"));
    EXPECT_THAT(fault("{\"a\": 1,}").message, HasSubstr("no comma after the last"));
    EXPECT_THAT(fault("[1,]").message, HasSubstr("expected a value"));
    EXPECT_THAT(fault("// hello\n{}").message, HasSubstr("no comments"));
    EXPECT_THAT(fault("{\"a\" 1}").message, HasSubstr("':'"));
    EXPECT_THAT(fault("[NaN]").message, HasSubstr("expected a value"));
    EXPECT_THAT(fault("[1.]").message, HasSubstr("after the decimal point"));
    EXPECT_THAT(fault("[1e]").message, HasSubstr("exponent"));
    EXPECT_THAT(fault("[\"a").message, HasSubstr("closing quotation mark"));
    EXPECT_THAT(fault("[\"\\x\"]").message, HasSubstr("unknown escape"));
    EXPECT_THAT(fault("[\"\\ud834\"]").message, HasSubstr("surrogate"));
    EXPECT_THAT(fault("[\"a\\udd1e\"]").message, HasSubstr("surrogate"));
    EXPECT_EQ(fault("[1, {\"\\udd1e\": 1}]").where, fault("[1, {nonsense").where);
    EXPECT_THAT(fault("[\"\\u12g4\"]").message, HasSubstr("hexadecimal"));
    EXPECT_THAT(fault("[\"a\nb\"]").message, HasSubstr("line break"));
    EXPECT_THAT(fault("[\"\xc3\x28\"]").message, HasSubstr("no UTF-8"));
    EXPECT_THAT(fault("[\"\xed\xa0\x80\"]").message, HasSubstr("no UTF-8"));
    EXPECT_THAT(fault(std::string("{}\0{}", 5)).message, HasSubstr("zero byte"));
}

TEST(Document, RefusesDeepNestingWithoutRecursion) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
    };
    EXPECT_EQ(parsed(nested(kMaxDepth)).root().kind, Kind::array);
    EXPECT_THAT(fault(nested(kMaxDepth + 1)).message, HasSubstr("64 deep"));
    EXPECT_EQ(fault(nested(kMaxDepth + 1)).where, "f:1:65");
    EXPECT_THAT(fault(std::string(10'000'000, '[')).message, HasSubstr("64 deep"));
}

TEST(Document, FindsRepeatedKeysInSmallAndLargeObjects) {
    const std::string small = R"({"a": 1, "b": {"a": 2, "a": 3}, "a": 4})";
    const Document document = parsed(small);
    ASSERT_EQ(document.repeated_keys().size(), 2u);
    std::string large = "{";
    for (int key = 0; key < 1000; ++key) large += "\"k" + std::to_string(key) + "\": 0, ";
    large += "\"k500\": 1}";
    const Document many = parsed(large);
    ASSERT_EQ(many.repeated_keys().size(), 1u);
    EXPECT_EQ(many.repeated_keys()[0]->text, "1");
}

}  // namespace
}  // namespace dubplate::session::json
