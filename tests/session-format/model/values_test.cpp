#include "session-format/model/values.h"

#include <gmock/gmock.h>

#include "tests/session-format/support/processors.h"

namespace dubplate::session {
namespace {

using testing::HasSubstr;

Quantity of(std::string_view text) { return parse_quantity(text).value(); }
TempoMap map_of(double bpm) { return TempoMap::create({{frames(0), bpm, false}}, {}, 48000.0).value(); }

std::string complaint(const Insert& insert, const ProcessorDescription& description) {
    const auto values = insert_values(insert, description, map_of(120.0));
    EXPECT_FALSE(values.has_value());
    return values ? "" : values.error().message;
}

TEST(Values, ConvertEveryUnitToTheEngines) {
    const auto base = [](std::string_view text, ParameterUnit unit) {
        return to_base_unit(of(text), unit, 48000.0).value();
    };
    EXPECT_EQ(base("0.7", ParameterUnit::plain), 0.7);
    EXPECT_EQ(base("-6 dB", ParameterUnit::decibels), -6.0);
    EXPECT_EQ(base("-inf dB", ParameterUnit::decibels), kSilenceDecibels);
    EXPECT_EQ(base("1.2 kHz", ParameterUnit::hertz), 1200.0);
    EXPECT_EQ(base("440 Hz", ParameterUnit::hertz), 440.0);
    EXPECT_EQ(base("35 ms", ParameterUnit::seconds), 0.035);
    EXPECT_EQ(base("1.5 s", ParameterUnit::beat_time), 1.5);
    EXPECT_EQ(base("480", ParameterUnit::seconds), 0.01);
    EXPECT_EQ(base("50 %", ParameterUnit::percent), 50.0);
}

TEST(Values, RefuseUnitsThatDoNotConvert) {
    const auto refused = [](std::string_view text, ParameterUnit unit) {
        const auto value = to_base_unit(of(text), unit, 48000.0);
        EXPECT_FALSE(value.has_value()) << text;
        return value ? "" : value.error().message;
    };
    EXPECT_THAT(refused("-20", ParameterUnit::decibels), HasSubstr("a level in dB, such as \"-6 dB\", not '-20'"));
    EXPECT_THAT(refused("440", ParameterUnit::hertz), HasSubstr("a frequency"));
    EXPECT_THAT(refused("3 dB", ParameterUnit::plain), HasSubstr("a number without a unit"));
    EXPECT_THAT(refused("1/8", ParameterUnit::seconds), HasSubstr("a time"));
    EXPECT_THAT(refused("2|1", ParameterUnit::beat_time), HasSubstr("a time"));
    EXPECT_THAT(refused("50", ParameterUnit::percent), HasSubstr("a percentage"));
}

TEST(Values, StandAtTheirStandardsWhereNothingIsWritten) {
    const InsertValues values = insert_values({.processor = "squash"}, test::kSquash, map_of(120.0)).value();
    EXPECT_THAT(values.values, testing::ElementsAre(-10.0, 2.0, 0.01, 100.0, 0.0, 1.0, 0.0));
    EXPECT_THAT(values.quarters, testing::Each(std::nullopt));
    EXPECT_EQ(values.group_size, 0u);
}

TEST(Values, LieFlatWithTheGroupBehind) {
    const Insert insert{.processor = "bands",
                        .parameters = {{.path = "gain", .value = of("3 dB")},
                                       {.path = "bands/0/frequency", .value = of("0.2 kHz")},
                                       {.path = "bands/2/gain", .value = of("-4 dB")}}};
    const InsertValues values = insert_values(insert, test::kBands, map_of(120.0)).value();
    EXPECT_EQ(values.group_size, 3u);
    EXPECT_THAT(values.values, testing::ElementsAre(3.0, 200.0, 0.0, 0.7, 1000.0, 0.0, 0.7, 1000.0, -4.0, 0.7));
}

TEST(Values, TakeWordsTogglesAndFiles) {
    const Insert squash{
        .processor = "squash",
        .parameters = {{.path = "mode", .value = std::string("hard")}, {.path = "active", .value = false}}};
    const InsertValues values = insert_values(squash, test::kSquash, map_of(120.0)).value();
    EXPECT_EQ(values.values[4], 1.0);
    EXPECT_EQ(values.values[5], 0.0);
    const Insert room{.processor = "room", .parameters = {{.path = "file", .value = std::string("hall.wav")}}};
    EXPECT_EQ(insert_values(room, test::kRoom, map_of(120.0)).value().file, "hall.wav");
}

TEST(Values, KeepNoteValuesAsQuarters) {
    const Insert echo{.processor = "echo", .parameters = {{.path = "time", .value = of("1/8.")}}};
    const InsertValues values = insert_values(echo, test::kEcho, map_of(90.0)).value();
    EXPECT_EQ(values.quarters[0], 0.75);
    EXPECT_DOUBLE_EQ(values.values[0], 0.5);
    EXPECT_EQ(values.quarters[1], std::nullopt);
}

TEST(Values, NoteValuesFitTheRangeAtEveryTempo) {
    const auto map = TempoMap::create({{frames(0), 120.0, false}, {of("9|1"), 20.0, false}}, {}, 48000.0).value();
    const auto value = base_value(test::kEchoParameters[0], of("1/2"), map);
    ASSERT_FALSE(value.has_value());
    EXPECT_THAT(value.error().message,
                HasSubstr("1/2 at 20 bpm, 6 s, is out of range: 'time' lies between 0.001 s and 4 s"));
    EXPECT_TRUE(base_value(test::kEchoParameters[0], of("1/4"), map).has_value());
}

TEST(Values, AtTheLimitOfARangeSurviveTheConversionOfUnits) {
    EXPECT_EQ(base_value(test::kSquashParameters[2], of("0.1 ms"), map_of(120.0)).value().value, 0.0001);
    EXPECT_FALSE(base_value(test::kSquashParameters[2], of("0.0999 ms"), map_of(120.0)).has_value());
}

TEST(Values, SayWhatIsWrong) {
    EXPECT_THAT(complaint({.parameters = {{.path = "treshold", .value = of("-1 dB")}}}, test::kSquash),
                HasSubstr("'squash' has no parameter 'treshold'"));
    EXPECT_THAT(complaint({.parameters = {{.path = "threshold", .value = of("1 dB")}}}, test::kSquash),
                HasSubstr("threshold: 1 dB is out of range: 'threshold' lies between -60 dB and 0 dB"));
    EXPECT_THAT(complaint({.parameters = {{.path = "threshold", .value = true}}}, test::kSquash),
                HasSubstr("a level in dB"));
    EXPECT_THAT(complaint({.parameters = {{.path = "active", .value = of("2")}}}, test::kSquash), HasSubstr("0 to 1"));
    EXPECT_THAT(complaint({.parameters = {{.path = "mode", .value = std::string("sof")}}}, test::kSquash),
                HasSubstr("expected 'soft', 'hard' or 'off', not 'sof'"));
    EXPECT_THAT(complaint({.parameters = {{.path = "ratio", .value = std::string("3")}}}, test::kSquash),
                HasSubstr("a number"));
    EXPECT_THAT(complaint({.parameters = {{.path = "bands/4/gain", .value = of("1 dB")}}}, test::kBands),
                HasSubstr("bands/4/gain"));
    EXPECT_THAT(complaint({}, test::kRoom), HasSubstr("'room' needs 'file'"));
    EXPECT_THAT(complaint({.parameters = {{.path = "file", .value = of("3")}}}, test::kRoom), HasSubstr("sound file"));
}

TEST(Values, OfEveryKindPrintInTheirUnit) {
    EXPECT_EQ(base_to_string(-60.0, ParameterUnit::decibels), "-60 dB");
    EXPECT_EQ(base_to_string(0.005, ParameterUnit::beat_time), "0.005 s");
    EXPECT_EQ(base_to_string(20.0, ParameterUnit::hertz), "20 Hz");
    EXPECT_EQ(base_to_string(50.0, ParameterUnit::percent), "50 %");
    EXPECT_EQ(base_to_string(0.7, ParameterUnit::plain), "0.7");
}

}  // namespace
}  // namespace dubplate::session
