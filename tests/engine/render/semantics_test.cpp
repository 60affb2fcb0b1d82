#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

using render::RenderJob;
using testing::HasSubstr;

/// A constant of 0.25 for half a second: levels can be read off any frame.
class Semantics : public testing::Test {
protected:
    Semantics() : session_(empty_session(folder_.path())) {
        write_wav(folder_.file("dc.wav"), {std::vector<float>(24000, 0.25f)});
        write_wav(folder_.file("dc2.wav"), {std::vector<float>(24000, 0.25f), std::vector<float>(24000, 0.5f)});
        session_.pan_law = session::PanLaw::linear;  // the middle is exactly one half
    }

    session::Strip& dc(const std::string& name) { return add_track(session_, name, "dc.wav"); }
    static session::Send send(const std::string& to, double db, bool pre = false) {
        session::Send made;
        made.to = to;
        made.level = session::decibels(db);
        made.pre_fader = pre;
        return made;
    }
    double left(const std::string& output = "mix", std::size_t frame = 12000) {
        const Rendered rendered = render(session_, folder_.path());
        const auto found = rendered.outputs.find(output);
        return found == rendered.outputs.end() ? -1.0 : found->second[0][frame];
    }
    Error error_of(const std::function<void(RenderJob&)>& change = {}) {
        RenderJob job;
        job.output_folder = folder_.file("failed");
        job.threads = 2;
        job.oversubscribe = true;
        if (change) change(job);
        auto report = render::render(session_, job);
        EXPECT_FALSE(report.has_value());
        return report ? Error{} : report.error();
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_F(Semantics, AMutedTrackIsNeitherInTheMixNorInItsSends) {
    auto& muted = dc("Muted");
    muted.mute = true;
    muted.sends = {send("Verb", 0.0), send("Verb", 0.0, true)};
    add_return(session_, "Verb");
    dc("Other");
    EXPECT_FLOAT_EQ(left(), 0.125f);
}

TEST_F(Semantics, SoloInPlaceSilencesTheOthersButNotTheSafe) {
    dc("Soloed").solo = true;
    dc("Other");
    dc("Safe").solo_safe = true;
    EXPECT_FLOAT_EQ(left(), 0.25f);
}

TEST_F(Semantics, ADisabledTrackNeedsNoFile) {
    dc("Here");
    add_track(session_, "Gone", "nowhere.wav").disabled = true;
    EXPECT_FLOAT_EQ(left(), 0.125f);
}

TEST_F(Semantics, APostFaderSendFollowsFaderAndPanAndAPreFaderSendDoesNot) {
    auto& track = dc("Track");
    track.fader = session::decibels(-20.0);
    track.pan = -1.0;
    track.sends = {send("Post", 0.0), send("Pre", 0.0, true)};
    add_return(session_, "Post");
    add_return(session_, "Pre");
    EXPECT_NEAR(left("Track"), 0.025, 1e-8);
    EXPECT_NEAR(left("Post"), 0.025, 1e-8);
    EXPECT_NEAR(left("Pre"), 0.125, 1e-8);
}

TEST_F(Semantics, BusesNestAndFadersMultiply) {
    auto& track = dc("Track");
    track.output = "Inner";
    track.pan = -1.0;
    add_bus(session_, "Inner").output = "Outer";
    add_bus(session_, "Outer").fader = session::decibels(-6.0);
    strip(session_, "Inner").fader = session::decibels(-6.0);
    EXPECT_NEAR(left(), 0.25 * std::pow(10.0, -12.0 / 20.0), 1e-8);
}

TEST_F(Semantics, PolarityTurnsAStripOverBeforeItsInserts) {
    dc("Plain");
    dc("Turned").invert = true;
    EXPECT_EQ(left(), 0.0);
}

TEST_F(Semantics, AMutedKeyStillKeysBeforeItsFaderAndIsSilentBehindIt) {
    dc("Key").mute = true;
    auto& keyed = dc("Keyed");
    keyed.inserts = {insert("compressor", {{"threshold", "-40 dB"}, {"ratio", "100"}, {"attack", "1 ms"}})};
    for (const auto tap : {session::Tap::pre_inserts, session::Tap::pre_fader}) {
        strip(session_, "Keyed").inserts[0].key = session::Key{"Key", tap, 0, {}};
        EXPECT_LT(left(), 0.125 * 0.1);
    }
    strip(session_, "Keyed").inserts[0].key = session::Key{"Key", session::Tap::post_fader, 0, {}};
    EXPECT_NEAR(left(), 0.125, 1e-6);
}

TEST_F(Semantics, StripsThatKeysCutAtDifferentInsertsKeepTheirOwnSettings) {
    const auto keyed = [](const std::string& by, session::Tap tap, int after, double ratio) {
        session::Insert made = insert("compressor", {{"threshold", "-60 dB"}, {"ratio", std::to_string(ratio)}});
        made.key = session::Key{by, tap, after, {}};
        return made;
    };
    // Each of two hears the other one's end, which hears its beginning.
    dc("A").inserts = {insert("trim"), keyed("Of A", session::Tap::pre_fader, 0, 1.0)};
    dc("Of A").inserts = {keyed("A", session::Tap::insert, 0, 1.0)};
    dc("B").inserts = {insert("trim"), insert("trim"), keyed("Of B", session::Tap::pre_fader, 0, 100.0)};
    dc("Of B").inserts = {keyed("B", session::Tap::insert, 1, 1.0)};
    const Rendered rendered = render(session_, folder_.path());
    EXPECT_FLOAT_EQ(rendered.outputs.at("A")[0][12000], 0.125f);
    EXPECT_NEAR(rendered.outputs.at("B")[0][12000], 0.0, 0.001);
}

TEST_F(Semantics, FaderAutomationIsExactAtEveryFrame) {
    auto& track = dc("Track");
    track.pan = -1.0;
    track.lanes = {lane("fader", {{"1001", "-40 dB"}, {"3001", "0 dB"}, {"3001", "-6 dB"}})};
    const Audio mix = render(session_, folder_.path()).outputs.at("mix");
    EXPECT_NEAR(mix[0][0], 0.25 * 0.01, 1e-9);
    for (const int frame : {1001, 1500, 2999, 3000}) {
        const double db = -40.0 + 40.0 * (frame - 1001) / 2000.0;
        EXPECT_NEAR(mix[0][static_cast<std::size_t>(frame)], 0.25 * std::pow(10.0, db / 20.0), 3e-8) << frame;
    }
    EXPECT_NEAR(mix[0][3001], 0.25 * std::pow(10.0, -6.0 / 20.0), 3e-8);
}

TEST_F(Semantics, PanAutomationIsExactAtEveryFrame) {
    session_.pan_law = session::PanLaw::minus_3_db;
    dc("Track").lanes = {lane("pan", {{"100", "-1"}, {"10100", "1"}})};
    const Audio mix = render(session_, folder_.path()).outputs.at("mix");
    for (const int frame : {100, 777, 5100, 9999, 10100}) {
        const double angle = (frame - 100) / 10000.0 * M_PI / 2.0;
        EXPECT_NEAR(mix[0][static_cast<std::size_t>(frame)], 0.25 * std::cos(angle), 3e-8) << frame;
        EXPECT_NEAR(mix[1][static_cast<std::size_t>(frame)], 0.25 * std::sin(angle), 3e-8) << frame;
    }
}

TEST_F(Semantics, SendAndInsertAutomationWork) {
    auto& track = dc("Track");
    track.sends = {send("Verb", 0.0)};
    track.inserts = {insert("trim", {{"gain", "0 dB"}})};
    track.lanes = {lane("sends/0/level", {{"0", "-20 dB"}}),
                   lane("inserts/0/gain", {{"0", "-6 dB"}, {"20000", "6 dB"}})};
    add_return(session_, "Verb");
    EXPECT_NEAR(left("Track", 10000), 0.125, 1e-7);
    EXPECT_NEAR(left("Verb", 10000), 0.0125, 1e-8);
}

TEST_F(Semantics, MuteAutomationSilencesWithoutAClick) {
    auto& track = dc("Track");
    track.pan = -1.0;
    track.lanes = {lane("mute", {{"0", "0"}, {"6000", "1"}, {"12000", "0"}}, session::Shape::hold)};
    const Audio mix = render(session_, folder_.path()).outputs.at("mix");
    EXPECT_EQ(mix[0][5999], 0.25f);
    EXPECT_EQ(mix[0][6064], 0.0f);
    EXPECT_EQ(mix[0][11999], 0.0f);
    EXPECT_EQ(mix[0][12064], 0.25f);
    for (std::size_t f = 1; f < 20000; ++f) EXPECT_LT(std::fabs(mix[0][f] - mix[0][f - 1]), 0.25 / 60.0);
}

TEST_F(Semantics, AStemHoldsItsStripsAsHeardThroughABusWhoseGainComesFromTheWhole) {
    dc("A").output = "Bus";
    dc("B").output = "Bus";
    add_bus(session_, "Bus").inserts = {
        insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "4"}, {"attack", "1 ms"}})};
    const Rendered rendered = render(session_, folder_.path(),
                                     [](RenderJob& job) { job.stems.kind = render::StemSelection::Kind::each_track; });
    EXPECT_FLOAT_EQ(rendered.outputs.at("A")[0][12000] * 2.0f, rendered.outputs.at("mix")[0][12000]);
    EXPECT_LT(rendered.outputs.at("A")[0][12000], 0.06f);
    EXPECT_LT(rendered.report.stem_sum_residual_dbfs.value(), -140.0);
}

TEST_F(Semantics, ReturnsAreStemsOfTheirOwnOrSharedOut) {
    dc("A").sends = {send("Verb", 0.0)};
    dc("B").sends = {send("Verb", -6.0)};
    add_return(session_, "Verb");
    const auto with = [&](session::StemReturns returns) {
        return render(session_, folder_.path(), [&](RenderJob& job) {
            job.stems.kind = render::StemSelection::Kind::each_track;
            job.stems.returns = returns;
        });
    };
    const Rendered own = with(session::StemReturns::own), shared = with(session::StemReturns::shared);
    EXPECT_NEAR(own.outputs.at("A")[0][12000], 0.125, 1e-7);
    EXPECT_TRUE(own.outputs.count("Verb"));
    EXPECT_NEAR(shared.outputs.at("A")[0][12000], 0.25, 1e-7);
    EXPECT_NEAR(shared.outputs.at("B")[0][12000], 0.125 * (1.0 + std::pow(10.0, -0.3)), 1e-7);
    EXPECT_FALSE(shared.outputs.count("Verb"));
    EXPECT_LT(shared.report.stem_sum_residual_dbfs.value(), -140.0);
}

TEST_F(Semantics, ListedStemsThatAreNoPartitionHaveNoResidual) {
    dc("A");
    dc("B");
    session_.stems = {session::Stem{"Only A", {"A"}, session::StemReturns::own, {}}};
    EXPECT_FALSE(render(session_, folder_.path()).report.stem_sum_residual_dbfs.has_value());
    session_.stems.push_back({"Rest", {"B"}, session::StemReturns::own, {}});
    EXPECT_TRUE(render(session_, folder_.path()).report.stem_sum_residual_dbfs.has_value());
}

TEST_F(Semantics, AllFilesShareStartAndLength) {
    dc("Short").clips[0].length = session::frames(100);
    dc("Late").clips[0].start = session::frames(30000);
    const Rendered rendered = render(session_, folder_.path());
    for (const auto& [name, audio] : rendered.outputs)
        EXPECT_EQ(audio[0].size(), static_cast<std::size_t>(rendered.report.frames)) << name;
}

TEST_F(Semantics, ARenderWithoutTailsEndsAtTheNextMultipleAfterTheLastClip) {
    dc("Track");
    const Rendered rendered = render(session_, folder_.path());
    EXPECT_EQ(rendered.report.end_reason, "declared tail");
    EXPECT_EQ(rendered.report.frames, 24576);
}

TEST_F(Semantics, ARenderEndsOnceItsTailsAreSilent) {
    // At -100 dBFS the echoes are gone long before the tail that a full-scale input would have.
    dc("Track").clips[0].gain = session::decibels(-90.0);
    strip(session_, "Track").inserts = {insert("delay", {{"time", "20 ms"}, {"feedback", "0.8"}, {"mix", "50 %"}})};
    const Rendered rendered = render(session_, folder_.path());
    EXPECT_EQ(rendered.report.end_reason, "silence");
    EXPECT_EQ(rendered.report.frames % 8192, 0);
    const Audio& mix = rendered.outputs.at("mix");
    double last = 0.0;
    for (std::size_t f = mix[0].size() - 8192; f < mix[0].size(); ++f)
        last = std::max(last, static_cast<double>(std::fabs(mix[0][f])));
    EXPECT_LT(last, 1e-7);
}

TEST_F(Semantics, ASessionMayStateItsEnd) {
    dc("Track");
    session_.end = session::frames(5001);
    const Rendered rendered = render(session_, folder_.path());
    EXPECT_EQ(rendered.report.frames, 5001);
    EXPECT_EQ(rendered.report.end_reason, "session end");
}

TEST_F(Semantics, PrerollIsRecordedAndHeardOnlyThroughStates) {
    dc("Track");
    const Rendered whole = render(session_, folder_.path());
    const Rendered late = render(session_, folder_.path(), [](RenderJob& job) {
        job.from = session::frames(20000);
        job.to = session::frames(22000);
        job.preroll = session::Quantity{session::Unit::milliseconds, 10.0, 0, 0, 0};
    });
    EXPECT_EQ(late.report.preroll_frames, 480);
    EXPECT_EQ(late.outputs.at("mix")[0][0], whole.outputs.at("mix")[0][20000]);
}

TEST_F(Semantics, ASurroundStripFoldsIntoAStereoMaster) {
    Audio five(6, std::vector<float>(24000, 0.0f));
    five[2].assign(24000, 0.5f);
    write_wav(folder_.file("centre.wav"), five);
    add_track(session_, "Film", "centre.wav", {Layout::Kind::surround_5_1, 6});
    EXPECT_NEAR(left(), 0.5 * std::sqrt(0.5), 1e-7);
}

TEST_F(Semantics, AnUnknownStemIsAnErrorThatSuggestsOne) {
    dc("Vocals");
    const Error error = error_of([](RenderJob& job) {
        job.stems = {render::StemSelection::Kind::named, {"Vocal"}, {}};
    });
    EXPECT_EQ(error.code, ErrorCode::not_found);
    EXPECT_THAT(error.message, HasSubstr("did you mean 'Vocals'?"));
}

TEST_F(Semantics, MissingFilesAreAllNamedAtOnceAndNothingIsWritten) {
    add_track(session_, "A", "missing-a.wav");
    add_track(session_, "B", "missing-b.wav");
    const Error error = error_of();
    EXPECT_THAT(error.message, HasSubstr("missing-a.wav"));
    EXPECT_THAT(error.message, HasSubstr("missing-b.wav"));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("failed")));
}

TEST_F(Semantics, InfiniteAudioStopsTheRenderAndNamesStripAndFrame) {
    auto& track = dc("Loud");
    for (int k = 0; k < 17; ++k) track.inserts.push_back(insert("trim", {{"gain", "48 dB"}}));
    track.clips[0].start = session::frames(5000);
    const Error error = error_of();
    EXPECT_THAT(error.where + error.message, HasSubstr("Loud"));
    EXPECT_THAT(error.message, HasSubstr("5000"));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("failed") + "/mix.wav"));
}

TEST_F(Semantics, ACancelledRenderLeavesNoFile) {
    dc("Track").clips[0].loop = true;
    strip(session_, "Track").clips[0].length = session::frames(48000 * 200);
    RenderJob job;
    job.output_folder = folder_.file("cancelled");
    const auto report =
        render::render(session_, job, [](const render::Progress& now) { return now.frames_total == 0; });
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().code, ErrorCode::cancelled);
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("cancelled")))
        files += entry.is_regular_file();
    EXPECT_EQ(files, 0);
}

TEST_F(Semantics, WritingOverAnInputIsRefused) {
    std::filesystem::create_directories(folder_.file("failed"));
    std::filesystem::copy_file(folder_.file("dc.wav"), folder_.file("failed") + "/mix.wav");
    add_track(session_, "Track", "failed/mix.wav");
    EXPECT_THAT(error_of().message, HasSubstr("which the session reads"));
}

TEST_F(Semantics, ARangeThatBeginsWhereNothingSoundsIsRefusedAndOneThatEndsThereIsNot) {
    dc("Track");
    const auto from_second = [](double seconds) {
        return [seconds](RenderJob& job) { job.from = session::seconds(seconds); };
    };
    const Error error = error_of(from_second(1e9));
    EXPECT_EQ(error.code, ErrorCode::bad_argument);
    EXPECT_THAT(error.message, HasSubstr("nothing sounds from frame 24000 on"));
    session_.end = session::seconds(2.0);  // silence that is asked for
    EXPECT_EQ(render(session_, folder_.path(), from_second(1.0)).report.frames, 48000);
    session_.end.reset();
    EXPECT_EQ(render(session_, folder_.path(),
                     [](RenderJob& job) {
                         job.from = session::seconds(0.25);
                         job.to = session::seconds(1.25);
                     })
                  .report.frames,
              48000);
}

}  // namespace
}  // namespace dubplate::test
