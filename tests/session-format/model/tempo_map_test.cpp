#include "session-format/model/tempo_map.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>

namespace dubplate::session {
namespace {

using testing::HasSubstr;

Quantity at(std::string_view text) { return parse_quantity(text).value(); }

TempoMap make(std::vector<TempoEvent> tempos, std::vector<MeterEvent> meters = {}, double rate = 48000.0) {
    auto map = TempoMap::create(std::move(tempos), std::move(meters), rate);
    EXPECT_TRUE(map.has_value()) << (map ? "" : map.error().message);
    return std::move(map).value();
}

Error refusal(std::vector<TempoEvent> tempos, std::vector<MeterEvent> meters = {}) {
    const auto map = TempoMap::create(std::move(tempos), std::move(meters), 48000.0);
    EXPECT_FALSE(map.has_value());
    return map ? Error{} : map.error();
}

/// Simpson's rule over 60 / bpm(q) dq between two places of a ramp.
double seconds_numerically(double bpm0, double bpm1, double length, double from, double to) {
    const int steps = 2000;
    const auto seconds_per_quarter = [&](double q) { return 60.0 / (bpm0 + (bpm1 - bpm0) * q / length); };
    double sum = seconds_per_quarter(from) + seconds_per_quarter(to);
    for (int step = 1; step < steps; ++step)
        sum += (step % 2 ? 4.0 : 2.0) * seconds_per_quarter(from + (to - from) * step / steps);
    return sum * (to - from) / steps / 3.0;
}

TEST(TempoMap, Is120InFourFourWhereNothingIsSaid) {
    const TempoMap map = make({});
    EXPECT_TRUE(map.is_constant());
    EXPECT_EQ(map.frame_of(at("1|1")).value(), 0);
    EXPECT_EQ(map.frame_of(at("1|2")).value(), 24000);
    EXPECT_EQ(map.frame_of(at("3|1|480")).value(), 8 * 24000 + 12000);
    EXPECT_EQ(map.frame_of(at("1/8.")).value(), 18000);
    EXPECT_EQ(map.frame_of(at("35 ms")).value(), 1680);
    EXPECT_EQ(map.frame_of(at("12.5 s")).value(), 600000);
    EXPECT_EQ(map.frame_of(at("123456789")).value(), 123456789);
    EXPECT_EQ(map.frame_of(frames(-10.4)).value(), -10);
}

TEST(TempoMap, StepsFromTempoToTempo) {
    const TempoMap map = make({{frames(0), 120.0}, {at("3|1"), 60.0}, {at("4|1"), 240.0}});
    EXPECT_EQ(map.frame_of(at("3|1")).value(), 4 * 48000);
    EXPECT_EQ(map.frame_of(at("3|2")).value(), 5 * 48000);
    EXPECT_EQ(map.frame_of(at("4|1")).value(), 8 * 48000);
    EXPECT_EQ(map.frame_of(at("5|1")).value(), 9 * 48000);
    EXPECT_EQ(map.length_of(at("1/2"), 3 * 48000).value(), 48000);      // the last two quarters at 120
    EXPECT_EQ(map.length_of(at("3/4"), 3 * 48000).value(), 48000 * 2);  // one of them at 60
    EXPECT_DOUBLE_EQ(map.seconds_of_quarters(0.5, 5 * 48000), 0.5);
    EXPECT_FALSE(map.is_constant());
    EXPECT_EQ(map.slowest_bpm(), 60.0);
    EXPECT_EQ(map.fastest_bpm(), 240.0);
}

TEST(TempoMap, RampsEqualNumericalIntegration) {
    for (const auto& [from, to] :
         {std::pair{120.0, 60.0}, {60.0, 180.0}, {100.0, 100.0001}, {1.0, 1000.0}, {1000.0, 1.0}}) {
        SCOPED_TRACE(testing::Message() << from << " to " << to);
        const TempoMap map = make({{frames(0), from, true}, {at("5|1"), to}});
        double should = 0.0;
        for (double quarter = 0.5; quarter <= 16.0; quarter += 0.5) {
            should += seconds_numerically(from, to, 16.0, quarter - 0.5, quarter) * 48000.0;
            EXPECT_NEAR(map.frame_at_quarter(quarter), should, should * 1e-9);
        }
        // After the ramp its end's tempo holds.
        EXPECT_NEAR(map.frame_at_quarter(17.0) - map.frame_at_quarter(16.0), 60.0 / to * 48000.0, 1e-3);
    }
}

TEST(TempoMap, TempoWithinARampIsLinearInQuarters) {
    const TempoMap map = make({{frames(0), 60.0, true}, {at("5|1"), 180.0}});
    const auto middle = static_cast<FrameCount>(map.frame_at_quarter(8.0));
    EXPECT_NEAR(map.seconds_of_quarters(1.0, middle), 60.0 / 120.0, 1e-5);
    EXPECT_NEAR(map.seconds_of_quarters(1.0, 0), 1.0, 1e-12);
    EXPECT_NEAR(map.seconds_of_quarters(1.0, -48000), 1.0, 1e-12);
}

TEST(TempoMap, QuartersAndFramesAreInverse) {
    const TempoMap map =
        make({{frames(0), 93.7, true}, {at("3|2|17"), 141.3, true}, {at("9|1"), 60.0}, {at("11|1"), 61.0}});
    for (FrameCount frame = -48000; frame < 48000 * 60; frame += 7919)
        EXPECT_NEAR(map.frame_at_quarter(map.quarters_at(frame)), static_cast<double>(frame), 1e-6);
}

TEST(TempoMap, PlacesTempoEventsGivenInSecondsOrFrames) {
    const TempoMap musical = make({{frames(0), 120.0, true}, {at("5|1"), 60.0, false}, {at("7|1"), 90.0}});
    const double ramp_seconds = musical.frame_at_quarter(16.0) / 48000.0;
    const TempoMap timed = make({{seconds(0), 120.0, true}, {seconds(ramp_seconds), 60.0, false}, {at("7|1"), 90.0}});
    for (double quarter = 0.0; quarter < 40.0; quarter += 0.7)
        EXPECT_NEAR(timed.frame_at_quarter(quarter), musical.frame_at_quarter(quarter), 1e-6);
    const TempoMap in_frames = make({{frames(0), 120.0}, {frames(48000), 60.0}});
    EXPECT_EQ(in_frames.frame_of(at("1|3")).value(), 48000);
    EXPECT_EQ(in_frames.frame_of(at("1|4")).value(), 96000);
}

TEST(TempoMap, CountsBarsThroughMeterChanges) {
    // 2 bars of 4/4, 3 bars of 7/8, then 3/2
    const TempoMap map = make({{frames(0), 60.0}}, {{1, 4, 4}, {3, 7, 8}, {6, 3, 2}});
    EXPECT_EQ(map.frame_of(at("3|1")).value(), 8 * 48000);
    EXPECT_EQ(map.frame_of(at("3|2")).value(), 8 * 48000 + 24000);
    EXPECT_EQ(map.frame_of(at("3|7|480")).value(), 11 * 48000 + 12000);
    EXPECT_EQ(map.frame_of(at("4|1")).value(), 11 * 48000 + 24000);
    EXPECT_EQ(map.frame_of(at("6|1")).value(), 18 * 48000 + 24000);
    EXPECT_EQ(map.frame_of(at("6|2")).value(), 20 * 48000 + 24000);
    EXPECT_THAT(map.frame_of(at("3|8")).error().message, HasSubstr("bar 3 has 7 beats"));
    EXPECT_EQ(make({{frames(0), 60.0}}, {{2, 3, 4}}).frame_of(at("3|1")).value(), 7 * 48000);
}

TEST(TempoMap, RefusesPositionsThatAreNone) {
    const TempoMap map = make({});
    EXPECT_THAT(map.frame_of(at("-6 dB")).error().message, HasSubstr("'-6 dB' is no time"));
    EXPECT_THAT(map.frame_of(at("1 kHz")).error().message, HasSubstr("is no time"));
    EXPECT_THAT(map.frame_of(at("5 %")).error().message, HasSubstr("is no time"));
    EXPECT_THAT(map.frame_of(at("1|5")).error().message, HasSubstr("bar 1 has 4 beats"));
    EXPECT_THAT(map.frame_of(at("1e20")).error().message, HasSubstr("too far"));
    EXPECT_THAT(map.frame_of(at("1e300 s")).error().message, HasSubstr("too far"));
    EXPECT_THAT(map.frame_of(at("1e300/4")).error().message, HasSubstr("too far"));
    EXPECT_THAT(map.length_of(at("2|1"), 0).error().message, HasSubstr("not a length"));
    EXPECT_THAT(map.length_of(at("-6 dB"), 0).error().message, HasSubstr("is no time"));
    EXPECT_FALSE(map.frame_of(Quantity{Unit::bar_beat, 0.0, 0, 1, 0}).has_value());
}

TEST(TempoMap, LocatesItsMistakes) {
    EXPECT_EQ(refusal({{frames(0), 120.0}, {at("3|1"), 1001.0}}).where, "/tempo/1");
    EXPECT_THAT(refusal({{frames(0), 0.0}}).message, HasSubstr("between 1 and 1000 bpm"));
    EXPECT_THAT(refusal({{frames(0), std::nan("")}}).message, HasSubstr("between 1 and 1000 bpm"));
    EXPECT_THAT(refusal({{frames(10), 120.0}}).message, HasSubstr("session's start"));
    EXPECT_THAT(refusal({{frames(0), 120.0}, {frames(0), 130.0}}).message, HasSubstr("does not come after"));
    EXPECT_THAT(refusal({{frames(0), 120.0}, {at("3|1"), 130.0}, {at("2|1"), 130.0}}).message,
                HasSubstr("does not come after"));
    EXPECT_THAT(refusal({{frames(0), 120.0}, {seconds(1e-320), 130.0}}).message, HasSubstr("does not come after"));
    EXPECT_THAT(refusal({{frames(0), 120.0}, {seconds(1e300), 130.0}}).message, HasSubstr("too far away"));
    EXPECT_THAT(refusal({{frames(0), 120.0}, {decibels(3), 130.0}}).message, HasSubstr("no time"));
    EXPECT_THAT(refusal({{frames(0), 120.0, true}}).message, HasSubstr("none to ramp to"));
    EXPECT_EQ(refusal({}, {{1, 4, 4}, {1, 3, 4}}).where, "/meter/1");
    EXPECT_THAT(refusal({}, {{1, 4, 5}}).message, HasSubstr("not a 1/5"));
    EXPECT_THAT(refusal({}, {{1, 0, 4}}).message, HasSubstr("1 to 64 beats"));
    EXPECT_THAT(refusal({}, {{0, 4, 4}}).message, HasSubstr("count from 1"));
}

TEST(TempoMap, PositionsOfRandomMapsAscend) {
    std::mt19937 random(3);
    for (int round = 0; round < 50; ++round) {
        std::vector<TempoEvent> tempos = {{frames(0), 120.0, random() % 2 == 0}};
        int bar = 1;
        for (int event = 0; event < 10; ++event)
            tempos.push_back({Quantity{Unit::bar_beat, 0.0, bar += 1 + static_cast<int>(random() % 3), 1, 0},
                              std::uniform_real_distribution(20.0, 300.0)(random), event < 9 && random() % 2 == 0});
        const TempoMap map = make(tempos);
        FrameCount before = -1;
        for (int b = 1; b < 50; ++b)
            for (int beat = 1; beat <= 4; ++beat) {
                const FrameCount frame = map.frame_of(Quantity{Unit::bar_beat, 0.0, b, beat, 0}).value();
                EXPECT_GT(frame, before);
                before = frame;
            }
    }
}

}  // namespace
}  // namespace dubplate::session
