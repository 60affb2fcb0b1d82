#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/render_session.h"

namespace dubplate::test {
namespace {

constexpr int kImpulse = 10007;  // on no grid

/// A file with one full-scale sample, and a response that is one sample too.
class Alignment : public testing::Test {
protected:
    Alignment() : session_(empty_session(folder_.path())) {
        Audio click(1, std::vector<float>(20000, 0.0f));
        click[0][kImpulse] = 0.5f;
        write_wav(folder_.file("click.wav"), click);
        write_wav(folder_.file("unit.wav"), {{1.0f}});
        Audio loud(1, std::vector<float>(20000, 0.0f));
        for (std::size_t f = 0; f < loud[0].size(); ++f) loud[0][f] = 0.25f * std::sin(0.05f * static_cast<float>(f));
        write_wav(folder_.file("tone.wav"), loud);
    }

    /// The only sample that sounds, by output; -1 if there are none or several beyond -60 dB of the largest.
    static int only_impulse(const Audio& audio) {
        int found = -1;
        float most = 0.0f;
        for (const auto& channel : audio)
            for (const float sample : channel) most = std::max(most, std::fabs(sample));
        if (most < 1e-4f) return -1;
        for (std::size_t f = 0; f < audio[0].size(); ++f) {
            bool sounds = false;
            for (const auto& channel : audio) sounds |= std::fabs(channel[f]) > most * 1e-3f;
            if (sounds && found >= 0) return -1;
            if (sounds) found = static_cast<int>(f);
        }
        return found;
    }

    void expect_aligned(const Rendered& rendered) {
        for (const auto& [name, audio] : rendered.outputs) EXPECT_EQ(only_impulse(audio), kImpulse) << name;
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_F(Alignment, ADryTrackComesOutOnItsFrame) {
    add_track(session_, "Dry", "click.wav");
    const Rendered rendered = render(session_, folder_.path());
    expect_aligned(rendered);
    EXPECT_EQ(rendered.outputs.size(), 3u);
    EXPECT_FLOAT_EQ(rendered.outputs.at("mix")[0][kImpulse], 0.5f * std::sqrt(0.5f));
}

TEST_F(Alignment, EveryPathMeetsInTheMixAndInEveryStem) {
    add_track(session_, "Dry", "click.wav");
    add_track(session_, "Nested", "click.wav").output = "Inner";
    add_track(session_, "Ahead", "click.wav").inserts = {
        insert("limiter", {{"ceiling", "-1 dB"}, {"lookahead", "5 ms"}})};
    add_track(session_, "Convolved", "click.wav").inserts = {
        insert("convolution", {{"impulse", "unit.wav"}, {"mix", "100 %"}})};
    add_track(session_, "Sent", "click.wav").sends = {session::Send{"Post", false, {}, 0.0, false, {}},
                                                      session::Send{"Pre", true, {}, 0.0, false, {}}};
    strip(session_, "Sent").sends[0].level = session::decibels(-6.0);
    strip(session_, "Sent").sends[1].level = session::decibels(-6.0);
    add_track(session_, "Key", "tone.wav").mute = true;
    auto& keyed = add_track(session_, "Keyed", "click.wav");
    keyed.inserts = {insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "4"}, {"lookahead", "4 ms"}})};
    keyed.inserts[0].key = session::Key{"Key", session::Tap::pre_fader, 0, {}};
    add_bus(session_, "Inner").output = "Outer";
    add_bus(session_, "Outer").inserts = {insert("compressor", {{"threshold", "-6 dB"}, {"lookahead", "10 ms"}})};
    add_return(session_, "Post").inserts = {insert("convolution", {{"impulse", "unit.wav"}, {"mix", "100 %"}})};
    add_return(session_, "Pre").inserts = {insert("limiter", {{"ceiling", "-1 dB"}, {"lookahead", "2 ms"}})};
    strip(session_, "Master").inserts = {insert("limiter", {{"ceiling", "-0.1 dB"}, {"lookahead", "5 ms"}})};
    for (const auto kind : {render::StemSelection::Kind::each_track, render::StemSelection::Kind::each_bus}) {
        const Rendered rendered =
            render(session_, folder_.path(), [&](render::RenderJob& job) { job.stems.kind = kind; });
        for (const auto& [name, audio] : rendered.outputs)
            if (name != "Key") {
                EXPECT_EQ(only_impulse(audio), kImpulse) << name;
            }
        EXPECT_LT(rendered.report.stem_sum_residual_dbfs.value_or(0.0), -130.0);
    }
}

TEST_F(Alignment, ABypassedInsertKeepsItsLatency) {
    auto& track = add_track(session_, "Bypassed", "click.wav");
    track.inserts = {insert("limiter", {{"ceiling", "-20 dB"}, {"lookahead", "7 ms"}})};
    track.inserts[0].bypass = true;
    const Rendered rendered = render(session_, folder_.path());
    expect_aligned(rendered);
    EXPECT_FLOAT_EQ(rendered.outputs.at("mix")[0][kImpulse], 0.5f * std::sqrt(0.5f));
}

}  // namespace
}  // namespace dubplate::test
