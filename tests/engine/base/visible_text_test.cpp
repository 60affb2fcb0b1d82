#include "engine/base/visible_text.h"

#include <gtest/gtest.h>

namespace dubplate {
namespace {

TEST(VisibleText, KnowsWhatIsUtf8) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("Äänitys 🎵\x1b"));
    for (const std::string text : {"a\xff", "\xc3", "\xed\xa0\x80"}) EXPECT_FALSE(is_utf8(text));
}

TEST(VisibleText, LeavesTextAsItIs) {
    for (const std::string text : {"", "Drums 1\nBass", "Äänitys 🎵 שלום\u200f", "C:\\x1b"})
        EXPECT_EQ(visible_text(text), text);
}

TEST(VisibleText, WritesOutWhatATerminalObeys) {
    EXPECT_EQ(visible_text("a\x1b[31m\r\t\x07\x7f"), "a\\x1b[31m\\x0d\\x09\\x07\\x7f");
    EXPECT_EQ(visible_text("\u009b2J"), "\\u009b2J");
    EXPECT_EQ(visible_text("gnp.\u202etxt\u2066"), "gnp.\\u202etxt\\u2066");
    EXPECT_EQ(visible_text(std::string(1, '\0')), "\\x00");
}

TEST(VisibleText, WritesOutBytesThatAreNoUtf8) {
    EXPECT_EQ(visible_text("a\xff\xfe"), "a\\xff\\xfe");
    EXPECT_EQ(visible_text("\xc3"), "\\xc3");
    EXPECT_EQ(visible_text("\xc3("), "\\xc3(");
    EXPECT_EQ(visible_text("\xe2\x82"), "\\xe2\\x82");
    EXPECT_EQ(visible_text("\xc0\x9b"), "\\xc0\\x9b") << "ESC in too many bytes";
    EXPECT_EQ(visible_text("\xe0\x82\x9b"), "\\xe0\\x82\\x9b");
    EXPECT_EQ(visible_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");
    EXPECT_EQ(visible_text("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
}

TEST(AsUtf8, LeavesTextAloneAndWritesOtherBytesOut) {
    EXPECT_EQ(as_utf8("Caf\u00e9\n\x1b"), "Caf\u00e9\n\x1b");
    EXPECT_EQ(as_utf8("a\xff"), "a\\xff");
}

}  // namespace
}  // namespace dubplate
