#include "session-format/model/quantity.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace dubplate::session {
namespace {

using testing::HasSubstr;

Quantity parsed(std::string_view text) {
    const auto quantity = parse_quantity(text);
    EXPECT_TRUE(quantity.has_value()) << text;
    return quantity.value_or(Quantity{});
}

std::string complaint(std::string_view text) {
    const auto quantity = parse_quantity(text);
    EXPECT_FALSE(quantity.has_value()) << text;
    return quantity ? "" : quantity.error().message;
}

TEST(Quantity, ReadsEveryUnit) {
    EXPECT_EQ(parsed("48000"), (Quantity{Unit::none, 48000.0}));
    EXPECT_EQ(parsed("-6.2 dB"), (Quantity{Unit::decibels, -6.2}));
    EXPECT_EQ(parsed("+3 dB"), (Quantity{Unit::decibels, 3.0}));
    EXPECT_EQ(parsed("35 ms"), (Quantity{Unit::milliseconds, 35.0}));
    EXPECT_EQ(parsed("12.5 s"), (Quantity{Unit::seconds, 12.5}));
    EXPECT_EQ(parsed("440Hz"), (Quantity{Unit::hertz, 440.0}));
    EXPECT_EQ(parsed("1.2 kHz"), (Quantity{Unit::kilohertz, 1.2}));
    EXPECT_EQ(parsed(".5 %"), (Quantity{Unit::percent, 0.5}));
    EXPECT_EQ(parsed("2|3|120"), (Quantity{Unit::bar_beat, 0.0, 2, 3, 120}));
    EXPECT_EQ(parsed("17|1"), (Quantity{Unit::bar_beat, 0.0, 17, 1, 0}));
    EXPECT_EQ(parsed("-inf dB").number, -std::numeric_limits<double>::infinity());
}

TEST(Quantity, ReadsNoteValuesAsQuarters) {
    EXPECT_EQ(parsed("1/4").number, 1.0);
    EXPECT_EQ(parsed("1/8").number, 0.5);
    EXPECT_EQ(parsed("1/8.").number, 0.75);
    EXPECT_EQ(parsed("1/8t").number, 1.0 / 3.0);
    EXPECT_EQ(parsed("3/4").number, 3.0);
    EXPECT_EQ(parsed("1/12").number, parsed("1/8t").number);
}

TEST(Quantity, PrintsWhatAMusicianWouldWrite) {
    for (const char* text : {"48000", "-6.2 dB", "35 ms", "12.5 s", "440 Hz", "1.2 kHz",  "50 %", "-inf dB",
                             "0 dB",  "2|3|120", "17|1",  "1/1",    "1/4",    "1/8",      "1/8.", "1/8t",
                             "3/4",   "1/16t",   "1/4.",  "5/8",    "17/1",   "10000000", "0.1",  "-1/8"})
        EXPECT_EQ(to_string(parsed(text)), text);
    EXPECT_EQ(to_string(parsed("-0 dB")), "0 dB");
    EXPECT_EQ(to_string(parsed("6/8")), "3/4");
}

TEST(Quantity, ReadsBackWhatItPrintsBitForBit) {
    std::mt19937_64 random(1);
    const auto any_double = [&] {
        for (;;) {
            const auto value = std::bit_cast<double>(random());
            if (std::isfinite(value) && value != 0.0) return value;
        }
    };
    const auto expect_same = [](const Quantity& quantity) {
        const auto again = parse_quantity(to_string(quantity));
        ASSERT_TRUE(again.has_value()) << to_string(quantity);
        EXPECT_EQ(again->unit, quantity.unit);
        EXPECT_EQ(std::bit_cast<std::uint64_t>(again->number), std::bit_cast<std::uint64_t>(quantity.number));
    };
    for (const Unit unit :
         {Unit::none, Unit::decibels, Unit::milliseconds, Unit::seconds, Unit::hertz, Unit::kilohertz, Unit::percent})
        for (int round = 0; round < 2000; ++round) expect_same({unit, any_double()});
    for (int round = 0; round < 2000; ++round) {
        expect_same({Unit::notes, std::uniform_real_distribution(-100.0, 100.0)(random)});
        const int numerator = static_cast<int>(random() % 64) + 1, denominator = static_cast<int>(random() % 64) + 1;
        const char* suffixes[] = {"", ".", "t"};
        expect_same(parsed(std::to_string(numerator) + "/" + std::to_string(denominator) + suffixes[random() % 3]));
    }
}

TEST(Quantity, SaysWhatWasExpected) {
    EXPECT_THAT(complaint("6 db"), HasSubstr("did you mean 'dB'?"));
    EXPECT_THAT(complaint("6 sec"), HasSubstr("did you mean 's'?"));
    EXPECT_THAT(complaint("6 khz"), HasSubstr("did you mean 'kHz'?"));
    EXPECT_THAT(complaint("6 furlongs"), HasSubstr("there are dB, ms, s, Hz, kHz and %"));
    EXPECT_THAT(complaint("loud"), HasSubstr("write a number with a unit"));
    EXPECT_THAT(complaint("0|1|0"), HasSubstr("count from 1"));
    EXPECT_THAT(complaint("1|0|0"), HasSubstr("count from 1"));
    EXPECT_THAT(complaint("1|1|960"), HasSubstr("0 to 959"));
    EXPECT_THAT(complaint("1|x"), HasSubstr("bar|beat|tick"));
    EXPECT_THAT(complaint("1/0"), HasSubstr("1/8t"));
    EXPECT_THAT(complaint("1/8x"), HasSubstr("1/8t"));
}

TEST(Quantity, RefusesWhatIsNoFiniteNumber) {
    for (const char* text : {"",        " ",      "nan",   "inf",           "inf dB",        "-inf",
                             "-inf ms", "nan dB", "1e999", "1e999 dB",      "--1",           "0x10",
                             "1 ",      " 1",     "1  dB", "1 dB ",         "99999999999|1", "1|1|1|1",
                             "1|1|",    "|",      "1/",    "1/99999999999", "1e308/1",       "-",
                             "+",       ".",      "1..2",  "1,5 dB"})
        complaint(text);
    EXPECT_LT(complaint(std::string(1000000, '1')).size(), 200u);
}

}  // namespace
}  // namespace dubplate::session
