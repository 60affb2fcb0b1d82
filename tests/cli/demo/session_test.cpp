#include "cli/demo/session.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "cli/demo/responses.h"
#include "cli/demo/track.h"
#include "engine/render/render.h"
#include "kernels/processors/processor.h"
#include "session-format/json/read.h"
#include "session-format/json/write.h"
#include "tests/support/render_session.h"

namespace dubplate::demo {
namespace {

using session::Clip;
using session::Insert;
using session::Strip;
using session::StripKind;
using session::Unit;

class DemoSession : public testing::Test {
protected:
    void SetUp() override {
        auto samples = SampleLibrary::open();
        if (!samples) GTEST_SKIP() << samples.error().message;
        auto made = make_session(*samples);
        ASSERT_TRUE(made) << made.error().message;
        session_ = std::move(*made);
        samples_ = std::move(*samples);
    }

    template <class Predicate>
    int tracks_with_clip(Predicate predicate) const {
        return static_cast<int>(std::count_if(session_.strips.begin(), session_.strips.end(), [&](const Strip& strip) {
            return std::any_of(strip.clips.begin(), strip.clips.end(), predicate);
        }));
    }
    template <class Predicate>
    int insert_count(Predicate predicate) const {
        int count = 0;
        for (const Strip& strip : session_.strips)
            count += static_cast<int>(std::count_if(strip.inserts.begin(), strip.inserts.end(), predicate));
        return count;
    }
    int strips_of(StripKind kind) const {
        return static_cast<int>(std::count_if(session_.strips.begin(), session_.strips.end(),
                                              [&](const Strip& strip) { return strip.kind == kind; }));
    }

    SampleLibrary samples_;
    session::Session session_;
};

TEST_F(DemoSession, HasAtLeast32TracksAndLastsAtLeastAMinute) {
    EXPECT_GE(strips_of(StripKind::track), 32);
    const auto tempo_map = session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
    ASSERT_TRUE(tempo_map);
    EXPECT_GE(tempo_map->frame_at_quarter(kOutro.end()) / session_.sample_rate, 60.0);
}

TEST_F(DemoSession, HoldsEveryGroupOfInstruments) {
    std::set<std::string> outputs;
    for (const Strip& strip : session_.strips)
        if (strip.kind == StripKind::track) outputs.insert(strip.output);
    EXPECT_THAT(outputs, testing::IsSupersetOf({"Kick", "Snare", "Bass", "Keys", "Guitars", "Voices", "Ambience"}));
    for (const Strip& strip : session_.strips)
        EXPECT_TRUE(strip.kind != StripKind::track || !strip.clips.empty()) << strip.name;
}

TEST_F(DemoSession, ShowsWhatClipsCanDo) {
    EXPECT_GE(tracks_with_clip([](const Clip& clip) { return clip.reverse; }), 2);
    EXPECT_GE(tracks_with_clip([](const Clip& clip) { return clip.loop && clip.speed != 1.0; }), 3);
    EXPECT_GE(tracks_with_clip([](const Clip& clip) { return !clip.gain_points.empty(); }), 2);
    EXPECT_GE(tracks_with_clip([](const Clip& clip) { return clip.fade_in.length.number > 0; }), 10);
    EXPECT_GE(std::count_if(session_.strips.begin(), session_.strips.end(),
                            [](const Strip& strip) { return strip.overlap == session::Overlap::crossfade; }),
              2);
}

TEST_F(DemoSession, ShowsWhatAMixerCanDo) {
    EXPECT_GE(strips_of(StripKind::bus), 8);
    EXPECT_EQ(strips_of(StripKind::return_bus), 4);
    EXPECT_EQ(insert_count([](const Insert& insert) { return insert.processor == "convolution"; }), 3);
    EXPECT_EQ(insert_count([](const Insert& insert) { return insert.processor == "limiter"; }), 1);
    EXPECT_GE(insert_count([](const Insert& insert) { return insert.key.has_value(); }), 3);
    EXPECT_EQ(insert_count([](const Insert& insert) {
                  return insert.processor == "delay" &&
                         std::any_of(insert.parameters.begin(), insert.parameters.end(), [](const auto& parameter) {
                             const auto* time = std::get_if<session::Quantity>(&parameter.value);
                             return parameter.path == "time" && time && session::to_string(*time) == "1/8.";
                         });
              }),
              1);
    std::set<std::string> targets;
    for (const Strip& strip : session_.strips)
        for (const session::Lane& lane : strip.lanes) targets.insert(lane.target);
    EXPECT_THAT(targets, testing::IsSupersetOf({"fader", "pan", "sends/0/level", "inserts/0/bands/1/frequency"}));
    EXPECT_TRUE(std::any_of(session_.tempos.begin(), session_.tempos.end(),
                            [](const session::TempoEvent& tempo) { return tempo.ramp_to_next; }));
}

TEST_F(DemoSession, FeedsItsParallelCompressionBySendsAlone) {
    for (const Strip& strip : session_.strips) EXPECT_NE(strip.output, "Crush") << strip.name;
    EXPECT_GE(std::count_if(session_.strips.begin(), session_.strips.end(),
                            [](const Strip& strip) {
                                return std::any_of(strip.sends.begin(), strip.sends.end(),
                                                   [](const session::Send& send) { return send.to == "Crush"; });
                            }),
              3);
}

/// Reversed clips begin where they must for their end to fall on the grid; all else begins on a sixteenth, give or take
/// a player's 5 ticks and the doubled guitar's 19.
TEST_F(DemoSession, IsPlayedOnTheGrid) {
    for (const Strip& strip : session_.strips)
        for (const Clip& clip : strip.clips) {
            ASSERT_EQ(clip.start.unit, Unit::bar_beat) << strip.name;
            const int sixteenth = session::kTicksPerBeat / 4;
            const int off = clip.start.tick % sixteenth;
            EXPECT_LE(std::min(off, sixteenth - off), 20) << strip.name << " at " << session::to_string(clip.start);
        }
}

TEST_F(DemoSession, FitsItsLoopsToTheTempo) {
    const auto tempo_map = session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
    ASSERT_TRUE(tempo_map);
    for (const Strip& strip : session_.strips)
        for (const Clip& clip : strip.clips) {
            if (clip.name != "loop_amen" && clip.name != "loop_breakbeat") continue;
            const auto start = tempo_map->frame_of(clip.start).value();
            const auto bar = tempo_map->length_of({Unit::notes, 4.0}, start).value();
            const double played = samples_.facts(clip.name).seconds / clip.speed * session_.sample_rate;
            EXPECT_NEAR(played, static_cast<double>(bar), 2.0) << session::to_string(clip.start);
        }
}

TEST_F(DemoSession, IsTheSameEveryTime) {
    const auto again = make_session(samples_);
    ASSERT_TRUE(again);
    EXPECT_TRUE(*again == session_);
}

TEST_F(DemoSession, ReadsBackAsItWasWritten) {
    const auto read =
        session::read_session(session::write_session(session_), "demo.dub.json", kernels::processor_table());
    for (const Error& error : read.errors) ADD_FAILURE() << error.where << ": " << error.message;
    EXPECT_TRUE(read.session == session_);
}

TEST_F(DemoSession, PassesTheCheckWithoutAWord) {
    const test::TempFolder folder;
    ASSERT_TRUE(write_responses(folder.path()));
    session_.folder = folder.path();
    render::RenderJob job;
    job.output_folder = folder.file("out");
    Diagnostics diagnostics;
    for (const Error& error : render::check(session_, job, diagnostics))
        ADD_FAILURE() << error.where << ": " << error.message;
    for (const Diagnostic& diagnostic : diagnostics) ADD_FAILURE() << diagnostic.where << ": " << diagnostic.message;
}

/// Two bars of the last chorus, after two bars to get going: the busiest stretch there is.
TEST_F(DemoSession, SoundsLikeAMix) {
    const test::TempFolder folder;
    ASSERT_TRUE(write_responses(folder.path()));
    session_.folder = folder.path();
    const auto rendered = test::render(session_, folder.path(), [](render::RenderJob& job) {
        job.from = position(at(kFinal.first_bar + 6));
        job.to = position(at(kFinal.first_bar + 8));
        job.preroll = session::seconds(5.0);
        job.formats = {audio::FileFormat::wav24};
        job.stems.kind = render::StemSelection::Kind::all;
    });
    std::map<std::string, double> levels;
    for (const render::OutputReport& output : rendered.report.outputs) {
        EXPECT_EQ(output.file.clipped_samples, 0) << output.name;
        levels[output.name] = output.rms_dbfs;
    }
    EXPECT_LE(test::peak_dbfs(rendered.outputs.at("mix")), -1.0 + 0.001);
    EXPECT_GT(levels.at("mix"), -19.0);
    EXPECT_LT(levels.at("mix"), -13.0);
    // Every group is heard and none drowns the others.
    for (const char* group : {"Drums", "Bass", "Keys", "Guitars", "Voices"}) {
        EXPECT_GT(levels.at(group), levels.at("Drums") - 12.0) << group;
        EXPECT_LT(levels.at(group), levels.at("Drums") + 3.0) << group;
    }
    EXPECT_LT(levels.at("Reverbs"), levels.at("Drums"));
    // Wide, and still there in mono.
    const auto& mix = rendered.outputs.at("mix");
    double left = 0.0, right = 0.0, both = 0.0;
    for (std::size_t frame = 0; frame < mix[0].size(); ++frame) {
        left += mix[0][frame] * mix[0][frame];
        right += mix[1][frame] * mix[1][frame];
        both += mix[0][frame] * mix[1][frame];
    }
    const double correlation = both / std::sqrt(left * right);
    EXPECT_GT(correlation, 0.3);
    EXPECT_LT(correlation, 0.95);
    EXPECT_NEAR(10.0 * std::log10(left / right), 0.0, 1.5);
    ASSERT_TRUE(rendered.report.stem_sum_residual_dbfs);
    EXPECT_LT(*rendered.report.stem_sum_residual_dbfs, -130.0);
}

}  // namespace
}  // namespace dubplate::demo
