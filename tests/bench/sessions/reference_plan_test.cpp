#include "bench/sessions/reference_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace dubplate::bench {
namespace {

/// Drawn with numpy 2.4.6 by the script that makes this session for other programs, in its order: gain, pan, low shelf
/// f g, bell f g q, bell f g q, high shelf f g, threshold, ratio, attack, release, makeup, send.
struct Drawn {
    int track;
    std::array<double, 18> values;
};
constexpr Drawn kDrawn[] = {
    {0,
     {-21.45, -0.231, 176.5, -3.84, 383.0, 0.04, 1.62, 1880.6, -1.29, 1.6, 10688.0, -3.97, -21.2, 3.61, 19.7, 210.9,
      2.47, -13.11}},
    {1,
     {-19.68, 0.434, 87.9, 0.67, 826.7, 0.93, 1.7, 2863.9, -3.76, 1.79, 9329.5, -0.31, -21.1, 3.77, 11.7, 162.5, 2.98,
      -16.68}},
    {2,
     {-17.48, 0.426, 111.3, -2.68, 472.4, -2.21, 1.18, 3162.6, 3.42, 1.98, 8757.3, 1.86, -24.0, 2.21, 16.5, 229.6, 1.09,
      -14.29}},
    {127,
     {-19.64, 0.251, 118.3, -3.44, 983.5, -3.54, 0.99, 2772.1, 0.92, 0.94, 8049.6, 3.9, -19.6, 3.96, 15.3, 155.8, 1.17,
      -11.09}},
    {255,
     {-21.16, -0.5, 115.3, -0.4, 871.6, -3.96, 1.96, 2813.7, 1.38, 1.03, 11030.7, -2.13, -20.2, 3.47, 19.3, 206.3, 0.12,
      -15.15}},
    {511,
     {-12.96, 0.486, 133.9, 1.65, 344.2, -1.75, 2.0, 4825.3, -2.74, 1.24, 8054.5, -2.43, -14.7, 2.47, 18.4, 154.6, 1.34,
      -9.77}},
};

TEST(ReferencePlan, DrawsTheParametersThatOtherProgramsGet) {
    for (const Drawn& expected : kDrawn) {
        const TrackParameters drawn = track_parameters(expected.track, 0);
        const auto& bands = drawn.bands;
        const auto& compression = drawn.compression;
        const std::array<double, 18> values{drawn.gain_db,
                                            drawn.pan,
                                            bands[0].frequency_hz,
                                            bands[0].gain_db,
                                            bands[1].frequency_hz,
                                            bands[1].gain_db,
                                            bands[1].q,
                                            bands[2].frequency_hz,
                                            bands[2].gain_db,
                                            bands[2].q,
                                            bands[3].frequency_hz,
                                            bands[3].gain_db,
                                            compression.threshold_db,
                                            compression.ratio,
                                            compression.attack_ms,
                                            compression.release_ms,
                                            compression.makeup_db,
                                            drawn.send_db};
        EXPECT_EQ(values, expected.values) << "track " << expected.track;
        EXPECT_EQ(bands[0].q, 0.707);
        EXPECT_EQ(bands[3].q, 0.707);
        EXPECT_EQ(drawn.bus, expected.track % 8);
        EXPECT_EQ(drawn.send_to, expected.track / 8 % 4);
    }
}

TEST(ReferencePlan, HasTracksBusesReturnsAndAMasterInSessionOrder) {
    const Plan plan = reference_plan({.tracks = 9, .seconds = 2});
    std::vector<std::string> names;
    for (const auto& strip : plan.session.strips) names.push_back(strip.name);
    EXPECT_THAT(names, testing::ElementsAre("track_000", "track_001", "track_002", "track_003", "track_004",
                                            "track_005", "track_006", "track_007", "track_008", "bus_0", "bus_1",
                                            "bus_2", "bus_3", "bus_4", "bus_5", "bus_6", "bus_7", "return_0",
                                            "return_1", "return_2", "return_3", "master"));
    EXPECT_EQ(plan.session.strips[8].output, "bus_0");
    EXPECT_EQ(plan.session.strips[8].sends.at(0).to, "return_1");
    EXPECT_EQ(plan.session.stems.size(), 8u);
    EXPECT_EQ(plan.files.size(), 9u + 4u);
}

TEST(ReferencePlan, RepeatsShorterFilesToTheSameLength) {
    const Plan plan = reference_plan({.tracks = 1, .seconds = 60, .repeat = 10});
    EXPECT_EQ(plan.files[0].frames, 6 * kSampleRate);
    ASSERT_EQ(plan.session.strips[0].clips.size(), 10u);
    EXPECT_EQ(plan.session.strips[0].clips[9].start, session::frames(54.0 * kSampleRate));
}

TEST(ReferencePlan, WritesWhatOtherProgramsRead) {
    const std::string json = reference_json({.tracks = 2, .seconds = 3});
    EXPECT_THAT(json, testing::HasSubstr(R"("sr": 48000, "seconds": 3, "buses": 8, "irs": ["ir_0.wav", "ir_1.wav")"));
    EXPECT_THAT(json, testing::HasSubstr(
                          R"({"file": "track_001.wav", "gain_db": -19.68, "pan": 0.434, "eq": [{"type": "lowshelf", )"
                          R"("f": 87.9, "g": 0.67, "q": 0.707})"));
    EXPECT_THAT(json,
                testing::HasSubstr(
                    R"("comp": {"thr_db": -21.1, "ratio": 3.77, "att_ms": 11.7, "rel_ms": 162.5, "makeup_db": 2.98}, )"
                    R"("bus": 1, "ret": 0, "send_db": -16.68})"));
}

TEST(ReferencePlan, AnotherSeedIsAnotherSession) {
    EXPECT_NE(reference_json({.tracks = 1, .seconds = 1, .seed = 1}), reference_json({.tracks = 1, .seconds = 1}));
}

}  // namespace
}  // namespace dubplate::bench
